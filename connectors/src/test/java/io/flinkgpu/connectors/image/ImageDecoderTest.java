package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.connectors.file.FileContent;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {

    private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

    @Test
    void takesLuminanceOfDecodedRgb() throws Exception {
        byte[] jpeg = TestImages.jpeg(20, 10);
        BufferedImage reference = ImageIO.read(new ByteArrayInputStream(jpeg));

        DecodedImage image = decode(jpeg, 10, 20, 1);

        assertThat(image.pixels()).hasSize(200);
        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 20; x++) {
                int rgb = reference.getRGB(x, y);
                int r = (rgb >> 16) & 0xff;
                int g = (rgb >> 8) & 0xff;
                int b = rgb & 0xff;
                assertThat(image.pixels()[y * 20 + x])
                        .isEqualTo((0.299f * r + 0.587f * g + 0.114f * b) / 255f);
            }
        }
    }

    @Test
    void keepsRedGreenBlueInThisOrder() throws Exception {
        BufferedImage source = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        source.setRGB(0, 0, 0xff8000);
        source.setRGB(1, 0, 0x0040ff);

        DecodedImage image = decode(TestImages.encode(source, "png"), 1, 2, 3);

        assertThat(image.pixels()).containsExactly(1f, 128 / 255f, 0f, 0f, 64 / 255f, 1f);
    }

    @Test
    void takesGreyBandWithoutGamma() throws Exception {
        BufferedImage source = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 16; i++) {
            source.getRaster().setSample(i % 4, i / 4, 0, 100);
        }

        DecodedImage jpeg = decode(TestImages.encode(source, "jpeg"), 4, 4, 1);
        DecodedImage png = decode(TestImages.encode(source, "png"), 4, 4, 1);

        assertThat(jpeg.pixels()).containsOnly(100 / 255f);
        assertThat(png.pixels()).containsOnly(100 / 255f);
    }

    @Test
    void repeatsGreyBandInThreeChannels() throws Exception {
        BufferedImage source = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        source.getRaster().setSample(0, 0, 0, 51);

        DecodedImage image = decode(TestImages.encode(source, "png"), 1, 1, 3);

        assertThat(image.pixels()).containsExactly(0.2f, 0.2f, 0.2f);
    }

    @Test
    void looksUpPalettes() throws Exception {
        byte[] values = {0, (byte) 255, 51};
        IndexColorModel palette = new IndexColorModel(2, 3, values, values, new byte[] {0, 0, 0});
        BufferedImage source = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        source.getRaster().setPixels(0, 0, 3, 1, new int[] {2, 1, 0});

        DecodedImage image = decode(TestImages.encode(source, "png"), 1, 3, 3);

        assertThat(image.pixels()).containsExactly(0.2f, 0.2f, 0f, 1f, 1f, 0f, 0f, 0f, 0f);
    }

    @Test
    void putsTransparentPixelsOnWhiteUnlessToldOtherwise() throws Exception {
        BufferedImage source = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        source.setRGB(0, 0, 0x33ff3300);
        source.setRGB(1, 0, 0x00123456);
        byte[] png = TestImages.encode(source, "png");
        ImageDecoding onBlue = ImageDecoding.of(1, 2, 3).withBackground(0x0000ff);

        float[] white = decode(png, 1, 2, 3).pixels();
        float[] blue = decode(png, onBlue).pixels();

        assertThat(white).containsExactly(new float[] {1f, 0.84f, 0.8f, 1f, 1f, 1f}, ROUNDING);
        assertThat(blue).containsExactly(new float[] {0.2f, 0.04f, 0.8f, 0f, 0f, 1f}, ROUNDING);
        assertThat(decode(png, onBlue.withBackground(0x808080)).pixels()[3])
                .isCloseTo(128 / 255f, ROUNDING);
    }

    @Test
    void putsTransparentGreyAndPalettesOnTheBackground() throws Exception {
        BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 100);
        byte[] gray = TestImages.encode(grey, "png");
        // The grey level 100 is transparent (W3C PNG specification, section 11.3.2.1).
        byte[] transparentGray = TestImages.withChunk(gray, "tRNS", new byte[] {0, 100});
        byte[] levels = {10, 20};
        IndexColorModel palette = new IndexColorModel(1, 2, levels, levels, levels, 1);
        BufferedImage indexed = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        indexed.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});

        assertThat(decode(transparentGray, 1, 1, 1).pixels()).containsExactly(1f);
        assertThat(decode(TestImages.encode(indexed, "png"), 1, 2, 1).pixels())
                .containsExactly(new float[] {10 / 255f, 1f}, ROUNDING);
    }

    @Test
    void scalesSixteenBitSamples() throws Exception {
        byte[] png = TestImages.encode(TestImages.ushortRgb(65535, 13107, 0), "png");

        DecodedImage image = decode(png, 1, 1, 3);

        assertThat(image.pixels()[0]).isEqualTo(1f);
        assertThat(image.pixels()[1]).isCloseTo(0.2f, within(1e-6f));
        assertThat(image.pixels()[2]).isZero();
    }

    @Test
    void decodesProgressiveJpegs() throws Exception {
        byte[] jpeg = TestImages.progressiveJpeg(12, 8);
        BufferedImage reference = ImageIO.read(new ByteArrayInputStream(jpeg));

        DecodedImage image = decode(jpeg, 8, 12, 3);

        assertThat(image.pixels()[0]).isEqualTo(((reference.getRGB(0, 0) >> 16) & 0xff) / 255f);
        assertThat(image.pixels()[8 * 12 * 3 - 1])
                .isEqualTo((reference.getRGB(11, 7) & 0xff) / 255f);
    }

    @Test
    void resizesImagesOfAnotherSize() throws Exception {
        BufferedImage source = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        source.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 51, 102, 255});

        DecodedImage image = decode(TestImages.encode(source, "png"), 1, 1, 1);

        assertThat(image.height()).isEqualTo(1);
        assertThat(image.width()).isEqualTo(1);
        assertThat(image.pixels()[0]).isCloseTo(0.4f, within(1e-6f)); // the mean of the four
    }

    @Test
    void acceptsBytesAfterTheEndOfTheImage() throws Exception {
        byte[] jpeg = TestImages.jpeg(8, 8);
        byte[] padded = TestImages.prefix(jpeg, jpeg.length + 100);

        assertThat(decode(padded, 8, 8, 1)).isEqualTo(decode(jpeg, 8, 8, 1));
    }

    private static DecodedImage decode(byte[] content, int height, int width, int channels)
            throws BadImageException, IOException {
        return decode(content, ImageDecoding.of(height, width, channels));
    }

    private static DecodedImage decode(byte[] content, ImageDecoding decoding)
            throws BadImageException {
        try (ImageDecoder decoder = new ImageDecoder(decoding)) {
            return decoder.decode(FileContent.of("file:/a", content));
        }
    }
}
