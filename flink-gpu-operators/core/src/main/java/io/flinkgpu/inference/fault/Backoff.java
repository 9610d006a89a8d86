package io.flinkgpu.inference.fault;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * Pauses between tries that double, with a random part. Immutable.
 *
 * @param first pause, above zero
 * @param max that pauses grow to, at least the first
 * @param jitter how far a pause differs at most, as a share of it, 0 to 1
 */
@Internal
public record Backoff(Duration first, Duration max, double jitter) {

    private static final int MAX_DOUBLINGS = 30;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is broken
     */
    public Backoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException(
                    "Invalid first pause: " + first + ". It must be above zero.");
        }
        if (max.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "Invalid longest pause: %s. It must be at least the first one, %s."
                            .formatted(max, first));
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid jitter: " + jitter + ". It must be 0 to 1.");
        }
    }

    /**
     * The pause before a try.
     *
     * @param pausesBefore that there have been, at least 0
     * @param random 0 to 1, which picks from the pauses within the jitter
     */
    public Duration pause(int pausesBefore, double random) {
        long doubled = first.toNanos() << Math.min(pausesBefore, MAX_DOUBLINGS);
        boolean overflows = doubled >> Math.min(pausesBefore, MAX_DOUBLINGS) != first.toNanos();
        long bound = overflows ? max.toNanos() : Math.min(doubled, max.toNanos());
        return Duration.ofNanos((long) (bound * (1 + jitter * (2 * random - 1))));
    }
}
