package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ImageDecodingTest {

    @Test
    void limitsPixelsByDefault() {
        assertThat(ImageDecoding.of(28, 28, 3))
                .isEqualTo(
                        new ImageDecoding(
                                28,
                                28,
                                3,
                                ResizeMode.STRETCH,
                                0xffffff,
                                new ImageLimits(67_108_864, Duration.ofSeconds(10))))
                .extracting(decoding -> decoding.withMaxPixels(5).maxPixels())
                .isEqualTo(5L);
    }

    @Test
    void refusesInvalidValues() {
        assertRefused(0, 28, 1, 1, "Invalid height: 0. It must be at least 1.");
        assertRefused(28, -1, 1, 1, "Invalid width: -1. It must be at least 1.");
        assertRefused(28, 28, 1, 0, "Invalid maxPixels: 0. It must be at least 1.");
        assertRefused(28, 28, 2, 1, "Invalid channels: 2. It must be 1 (luminance) or 3 (RGB).");
        assertRefused(
                100_000,
                100_000,
                3,
                1,
                "Invalid height and width: 100000 x 100000. Their product must be at most"
                        + " 178956970.");
    }

    private static void assertRefused(
            int height, int width, int channels, long maxPixels, String message) {
        assertThatThrownBy(() -> ImageDecoding.of(height, width, channels).withMaxPixels(maxPixels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
