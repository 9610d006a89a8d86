package io.flinkgpu.connectors.image;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What one image may cost before it is refused.
 *
 * @param maxPixels the largest image taken, as width times height of the file's header; decoding
 *     takes up to 4 bytes of heap per pixel of 8-bit files and 8 bytes of 16-bit ones
 * @param maxTime the longest that a thread may compute for one image. Processor time: a paused
 *     process or a busy machine costs no image. A checkpoint waits for the image that is decoded
 */
@PublicEvolving
public record ImageLimits(long maxPixels, Duration maxTime) implements Serializable {

    /** 64 Mi pixels, and 10 seconds. */
    public static final ImageLimits DEFAULT =
            new ImageLimits(64L * 1024 * 1024, Duration.ofSeconds(10));

    /**
     * @throws IllegalArgumentException if one is not positive
     */
    public ImageLimits {
        if (maxPixels < 1) {
            throw new IllegalArgumentException(
                    "Invalid maxPixels: %d. It must be at least 1.".formatted(maxPixels));
        }
        if (maxTime.isZero() || maxTime.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid maxTime: %s. It must be positive.".formatted(maxTime));
        }
    }
}
