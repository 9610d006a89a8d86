package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.FileContent;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {

    private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

    /**
     * The stored image is {@code a b c / d e f}. What is seen is worked from Exif 2.32, table 6:
     * where the stored image's row 0 and column 0 are seen.
     */
    @ParameterizedTest
    @CsvSource({
        "1, abc/def", // row 0 at the top, column 0 at the left
        "2, cba/fed", // top, right
        "3, fed/cba", // bottom, right
        "4, def/abc", // bottom, left
        "5, ad/be/cf", // left, top
        "6, da/eb/fc", // right, top
        "7, fc/eb/da", // right, bottom
        "8, cf/be/ad", // left, bottom
        "0, abc/def",
        "9, abc/def"
    })
    void turnsPixels(int value, String seen) {
        float[] stored = {'a', 'b', 'c', 'd', 'e', 'f'};

        float[] turned = Orientation.ofValue(value).turn(stored, 2, 3, 1);

        assertThat(text(turned)).isEqualTo(seen.replace("/", ""));
    }

    @Test
    void keepsChannelsTogether() {
        float[] turned = Orientation.ofValue(3).turn(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);

        assertThat(turned).containsExactly(4, 5, 6, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
    void turnsFilesOfBothByteOrders(int value) throws Exception {
        byte[] jpeg = TestImages.jpeg(24, 16);
        byte[] png =
                TestImages.encode(TestImages.picture(24, 16, BufferedImage.TYPE_INT_RGB), "png");
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            byte[] exif = TestImages.exif(value, order);
            byte[] tiff = Arrays.copyOfRange(exif, 6, exif.length);

            assertTurned(jpeg, TestImages.withSegment(jpeg, 0xe1, exif), value);
            assertTurned(png, TestImages.withChunk(png, "eXIf", tiff), value);
        }
    }

    /** What is seen of a turned image is the same however it is stored. */
    @ParameterizedTest
    @CsvSource({"STRETCH", "PAD", "CROP"})
    void resizesTheSameFromAllSides(ResizeMode mode) throws Exception {
        byte[] stored =
                TestImages.encode(TestImages.picture(24, 17, BufferedImage.TYPE_INT_RGB), "png");
        float[] seen = decode(stored, ImageDecoding.of(17, 24, 3)).pixels();
        for (int value = 1; value <= 8; value++) {
            byte[] exif = TestImages.exif(value, ByteOrder.BIG_ENDIAN);
            byte[] tiff = Arrays.copyOfRange(exif, 6, exif.length);
            byte[] turnedFile = TestImages.withChunk(stored, "eXIf", tiff);
            byte[] rewritten = TestImages.encode(turn(seen, 17, 24, value), "png");
            ImageDecoding decoding = ImageDecoding.of(10, 13, 3).withResizeMode(mode);

            float[] turned = decode(turnedFile, decoding).pixels();

            float[] expected = decode(rewritten, decoding).pixels();
            for (int i = 0; i < turned.length; i++) {
                assertThat(turned[i]).isCloseTo(expected[i], ROUNDING);
            }
        }
    }

    private static BufferedImage turn(float[] pixels, int height, int width, int value) {
        Orientation orientation = Orientation.ofValue(value);
        float[] turned = orientation.turn(pixels, height, width, 3);
        int seenWidth = orientation.isTransposed() ? height : width;
        int seenHeight = orientation.isTransposed() ? width : height;
        BufferedImage image =
                new BufferedImage(seenWidth, seenHeight, BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < turned.length; i++) {
            int pixel = i / 3;
            image.getRaster()
                    .setSample(
                            pixel % seenWidth,
                            pixel / seenWidth,
                            i % 3,
                            Math.round(turned[i] * 255));
        }
        return image;
    }

    private static void assertTurned(byte[] plain, byte[] turned, int value) throws Exception {
        boolean isTransposed = value > 4;
        float[] stored = decode(plain, ImageDecoding.of(16, 24, 3)).pixels();

        DecodedImage seen =
                decode(
                        turned,
                        isTransposed ? ImageDecoding.of(24, 16, 3) : ImageDecoding.of(16, 24, 3));

        assertThat(seen.pixels()).isEqualTo(Orientation.ofValue(value).turn(stored, 16, 24, 3));
    }

    private static DecodedImage decode(byte[] content, ImageDecoding decoding) throws Exception {
        try (ImageDecoder decoder = new ImageDecoder(decoding)) {
            return decoder.decode(FileContent.of("file:/a", content));
        }
    }

    private static String text(float[] pixels) {
        StringBuilder text = new StringBuilder();
        for (float pixel : pixels) {
            text.append((char) pixel);
        }
        return text.toString();
    }
}
