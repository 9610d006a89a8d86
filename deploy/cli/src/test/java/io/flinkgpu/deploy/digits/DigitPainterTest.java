package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitPainterTest {
    private final DigitPainter painter = new DigitPainter(DigitFonts.available());
    private final DigitPainter strokesOnly = new DigitPainter(DigitFonts.none("the test says so"));

    @Test
    void drawsTheSameImageForTheSameSeed() {
        assertThat(pixels(painter, 3, 42)).isEqualTo(pixels(painter, 3, 42));
    }

    @Test
    void drawsAnotherImageForAnotherSeed() {
        assertThat(pixels(painter, 3, 42)).isNotEqualTo(pixels(painter, 3, 43));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void drawsEveryDigitInTheMiddleOfTheImage(int label) {
        for (int seed = 0; seed < 40; seed++) {
            BufferedImage image = painter.paint(label, new Random(seed));

            assertThat(image.getWidth()).isEqualTo(32);
            assertThat(image.getHeight()).isEqualTo(32);
            assertThat(contrast(DigitImages.luminance(image))).isGreaterThan(0.1f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void writesEveryDigitWithStrokesWhereThereIsNoFont(int label) {
        for (int seed = 0; seed < 40; seed++) {
            Shape outline = DigitStrokes.outline(label, new Random(seed));

            assertThat(outline.getBounds2D().getHeight()).isBetween(80.0, 135.0);
            assertThat(contrast(pixels(strokesOnly, label, seed))).isGreaterThan(0.1f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10})
    void refusesALabelThatIsNoDigit(int label) {
        assertThatThrownBy(() -> painter.paint(label, new Random(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid label: " + label + ". It must be a digit from 0 to 9.");
    }

    @Test
    void saysWhyThereAreStrokesOnly() {
        assertThat(DigitFonts.none("no fontconfig").describe())
                .isEqualTo("strokes only: no fontconfig");
    }

    private static float[] pixels(DigitPainter painter, int label, long seed) {
        return DigitImages.luminance(painter.paint(label, new Random(seed)));
    }

    /** Luminance between the lightest and the darkest pixel of the middle. */
    private static float contrast(float[] pixels) {
        float min = 1;
        float max = 0;
        for (int y = 6; y < 26; y++) {
            for (int x = 6; x < 26; x++) {
                min = Math.min(min, pixels[y * 32 + x]);
                max = Math.max(max, pixels[y * 32 + x]);
            }
        }
        return max - min;
    }
}
