package io.flinkgpu.connectors.video;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What one video may cost before it is refused.
 *
 * @param maxPixels the most pixels of a frame as it is stored, with the border that its codec adds,
 *     up to some 50 on each side; a few bytes for each are taken outside of the heap
 * @param maxFrames the most frames that are decoded, those left out included
 * @param maxTime the longest that a thread may compute for one video. Processor time: a paused
 *     process or a busy machine costs no file. A checkpoint waits for the video that is decoded
 */
@PublicEvolving
public record VideoLimits(long maxPixels, long maxFrames, Duration maxTime)
        implements Serializable {

    /** 64 Mi pixels, 1,000,000 frames, 10 minutes of processor time. */
    public static final VideoLimits DEFAULT =
            new VideoLimits(1L << 26, 1_000_000, Duration.ofMinutes(10));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public VideoLimits {
        require(maxPixels >= 1, "maxPixels", maxPixels);
        require(maxFrames >= 1, "maxFrames", maxFrames);
        require(!maxTime.isZero() && !maxTime.isNegative(), "maxTime", maxTime);
    }

    private static void require(boolean isPositive, String name, Object value) {
        if (!isPositive) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be positive.".formatted(name, value));
        }
    }
}
