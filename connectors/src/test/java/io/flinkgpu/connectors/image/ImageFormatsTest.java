package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.FileContent;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of all formats, against what Pillow decodes of the same files. */
class ImageFormatsTest {

    private static final int WIDTH = 24;
    private static final int HEIGHT = 16;

    /**
     * The last column is the largest difference of a level, which lossy formats need: a reader of
     * WebP may or may not smooth the colours between pixels.
     */
    @ParameterizedTest
    @CsvSource({
        "cmyk-adobe.jpg, 2",
        "cmyk-plain.jpg, 2",
        "ycck-adobe.jpg, 3",
        "no-jfif.jpg, 1",
        "lossless.webp, 0",
        "lossless-alpha.webp, 1",
        "lossy.webp, 7",
        "lossy-alpha.webp, 7",
        "profile.webp, 0",
        "animated.webp, 0",
        "first.gif, 0",
        "transparent.gif, 0",
        "lzw.tif, 0",
        "deflate.tif, 0",
        "jpeg.tif, 2",
        "alpha.tif, 1",
        "cmyk.tif, 1",
        "grey.tif, 0",
        "palette.tif, 0",
        "bilevel.tif, 0",
        "pages.tif, 0",
        "rgb.bmp, 0",
        "palette.bmp, 0",
        "grey.bmp, 0"
    })
    void decodesWhatPillowDecodes(String name, int tolerance) throws Exception {
        assertSeen(name, HEIGHT, WIDTH, tolerance);
    }

    @ParameterizedTest
    @CsvSource({"turned.webp, 0", "turned.tif, 0"})
    void turnsAsExifSays(String name, int tolerance) throws Exception {
        assertSeen(name, /* height= */ WIDTH, /* width= */ HEIGHT, tolerance);
    }

    @Test
    void putsAFrameInItsPlaceOnTheScreen() throws Exception {
        byte[] seen = TestImages.resource("offset.gif.rgb");
        // Where the frame is not, Pillow shows the background colour, and browsers nothing.
        int width = WIDTH + 6;
        byte[] expected = new byte[seen.length];
        Arrays.fill(expected, (byte) 0xff);
        for (int y = 2; y < 2 + HEIGHT; y++) {
            int from = 3 * (y * width + 3);
            System.arraycopy(seen, from, expected, from, 3 * WIDTH);
        }

        float[] pixels = decode("offset.gif", HEIGHT + 5, width);

        assertLevels(pixels, expected, 0);
    }

    private static void assertSeen(String name, int height, int width, int tolerance)
            throws Exception {
        assertLevels(decode(name, height, width), TestImages.resource(name + ".rgb"), tolerance);
    }

    private static float[] decode(String name, int height, int width) throws Exception {
        try (ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(height, width, 3))) {
            return decoder.decode(FileContent.of("file:/" + name, TestImages.resource(name)))
                    .pixels();
        }
    }

    private static void assertLevels(float[] pixels, byte[] expected, int tolerance) {
        assertThat(pixels).hasSize(expected.length);
        for (int i = 0; i < pixels.length; i++) {
            assertThat(255 * pixels[i])
                    .as("level %d", i)
                    .isCloseTo(expected[i] & 0xff, Offset.offset(tolerance + 1e-3f));
        }
    }
}
