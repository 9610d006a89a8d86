package io.flinkgpu.connectors.audio;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/**
 * What one audio file may cost before it is refused.
 *
 * @param maxDuration the longest recording taken
 * @param maxSize the most memory that its samples may take, at 4 bytes each in all its channels,
 *     before and after it is resampled; decoding takes up to three times as much for a moment
 * @param maxTime the longest that a thread may compute for one file. Processor time: a paused
 *     process or a busy machine costs no file. A checkpoint waits for the file that is decoded
 */
@PublicEvolving
public record AudioLimits(Duration maxDuration, MemorySize maxSize, Duration maxTime)
        implements Serializable {

    /** One hour, 256 MiB, and 30 seconds of processor time. */
    public static final AudioLimits DEFAULT =
            new AudioLimits(
                    Duration.ofHours(1), MemorySize.ofMebiBytes(256), Duration.ofSeconds(30));

    // The largest array of floats that every JVM can allocate.
    private static final long LARGEST_MAX_SIZE = (Integer.MAX_VALUE - 16L) * Float.BYTES;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is not positive, or the size fits no array
     */
    public AudioLimits {
        requirePositive("maxDuration", maxDuration);
        requirePositive("maxTime", maxTime);
        Objects.requireNonNull(maxSize, "maxSize");
        if (maxSize.getBytes() < Float.BYTES || maxSize.getBytes() > LARGEST_MAX_SIZE) {
            throw new IllegalArgumentException(
                    "Invalid maxSize: %d bytes. It must be within %d and %d bytes."
                            .formatted(maxSize.getBytes(), Float.BYTES, LARGEST_MAX_SIZE));
        }
    }

    /** The most values of samples, in all channels. */
    int maxValues() {
        return (int) (maxSize.getBytes() / Float.BYTES);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be positive.".formatted(name, value));
        }
    }
}
