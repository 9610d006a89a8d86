package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FittingTest {

    private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

    @Test
    void padsToTheRatioWithTheBackground() {
        ImageDecoding decoding =
                ImageDecoding.of(3, 2, 1).withResizeMode(ResizeMode.PAD).withBackground(0x333333);

        float[] pixels = fit(decoding, 1, 2, new int[] {0, 255});

        // As tf.image.resize_with_pad: the row in the middle.
        assertThat(pixels).containsExactly(new float[] {.2f, .2f, 0, 1, .2f, .2f}, ROUNDING);
    }

    @Test
    void putsALeftOverPixelBehindTheImage() {
        ImageDecoding decoding =
                ImageDecoding.of(1, 4, 1).withResizeMode(ResizeMode.PAD).withBackground(0);

        float[] pixels = fit(decoding, 1, 1, new int[] {255});

        assertThat(pixels).containsExactly(0, 1, 0, 0);
    }

    @Test
    void keepsAtLeastOnePixelOfAVeryFlatImage() {
        ImageDecoding decoding =
                ImageDecoding.of(3, 3, 1).withResizeMode(ResizeMode.PAD).withBackground(0);
        int[] row = new int[100];
        Arrays.fill(row, 255);

        assertThat(fit(decoding, 1, 100, row)).containsExactly(0, 0, 0, 1, 1, 1, 0, 0, 0);
    }

    @Test
    void cropsTheMiddle() {
        ImageDecoding decoding = ImageDecoding.of(1, 1, 1).withResizeMode(ResizeMode.CROP);

        assertThat(fit(decoding, 1, 3, new int[] {0, 51, 255})).containsExactly(0.2f);
        assertThat(fit(decoding, 3, 1, new int[] {0, 51, 255})).containsExactly(0.2f);
    }

    /** The middle 2 x 2 of 2 x 4, at the positions 0.5 and 1.5 of 1 x 2. */
    @Test
    void cropsAndResizesByOneFactor() {
        ImageDecoding decoding = ImageDecoding.of(1, 1, 1).withResizeMode(ResizeMode.CROP);

        float[] pixels = fit(decoding, 2, 4, new int[] {0, 10, 20, 0, 0, 30, 40, 0});

        assertThat(pixels).containsExactly(new float[] {25 / 255f}, ROUNDING);
    }

    @Test
    void leavesImagesOfTheRatioAlone() {
        for (ResizeMode mode : ResizeMode.values()) {
            ImageDecoding decoding = ImageDecoding.of(1, 2, 1).withResizeMode(mode);

            assertThat(fit(decoding, 1, 2, new int[] {51, 102})).containsExactly(0.2f, 0.4f);
        }
    }

    private static float[] fit(ImageDecoding decoding, int height, int width, int[] levels) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, width, height, levels);
        Background background = new Background(decoding.background());
        return new Fitting(decoding, background)
                .fit(new ImageRows(image, 1, background), Orientation.NORMAL);
    }
}
