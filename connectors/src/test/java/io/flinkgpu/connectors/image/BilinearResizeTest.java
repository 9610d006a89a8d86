package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BilinearResizeTest {

    private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

    @Test
    void keepsPixelsOfEqualSize() {
        assertThat(resize(2, 3, new int[] {0, 1, 2, 3, 4, 5}, 2, 3))
                .containsExactly(0f, 1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f, 5 / 255f);
    }

    /** tf.image.resize([[[0],[51],[102]],[[153],[204],[255]]] / 255, [4, 6]), worked by hand. */
    @Test
    void enlargesBetweenPixelCentres() {
        float[] pixels = resize(2, 3, new int[] {0, 51, 102, 153, 204, 255}, 4, 6);

        float[] columns = {0f, 0.05f, 0.15f, 0.25f, 0.35f, 0.4f};
        float[] rows = {0f, 0.15f, 0.45f, 0.6f};
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 6; x++) {
                assertThat(pixels[y * 6 + x]).isCloseTo(rows[y] + columns[x], ROUNDING);
            }
        }
    }

    @Test
    void shrinksByPickingBetweenTheNearestPixels() {
        int[] source = new int[8];
        for (int i = 0; i < source.length; i++) {
            source[i] = 10 * i;
        }

        float[] pixels = resize(1, 8, source, 1, 2);

        assertThat(pixels[0]).isCloseTo(15 / 255f, ROUNDING); // position 1.5
        assertThat(pixels[1]).isCloseTo(55 / 255f, ROUNDING); // position 5.5
    }

    @Test
    void readsRowsThatAreFarApart() {
        int[] source = new int[10];
        for (int i = 0; i < source.length; i++) {
            source[i] = 20 * i;
        }

        float[] pixels = resize(10, 1, source, 3, 1);

        assertThat(pixels[0]).isCloseTo(20 * (10 / 6f - 0.5f) / 255f, ROUNDING);
        assertThat(pixels[1]).isCloseTo(20 * 4.5f / 255f, ROUNDING);
        assertThat(pixels[2]).isCloseTo(20 * (50 / 6f - 0.5f) / 255f, ROUNDING);
    }

    @Test
    void enlargesASinglePixel() {
        assertThat(resize(1, 1, new int[] {51}, 3, 2)).containsOnly(0.2f).hasSize(6);
    }

    @Test
    void resizesChannelsApart() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(0, 0, 0x0033ff);
        image.setRGB(1, 0, 0x663300);

        float[] pixels = BilinearResize.resize(new ImageRows(image, 3, new Background(0)), 1, 1);

        assertThat(pixels).containsExactly(new float[] {0.2f, 0.2f, 0.5f}, ROUNDING);
    }

    private static float[] resize(
            int sourceHeight, int sourceWidth, int[] source, int height, int width) {
        BufferedImage image =
                new BufferedImage(sourceWidth, sourceHeight, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, sourceWidth, sourceHeight, source);
        return BilinearResize.resize(new ImageRows(image, 1, new Background(0)), height, width);
    }
}
