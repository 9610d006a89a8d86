package io.flinkgpu.inference.pool.routing;

import com.netflix.concurrency.limits.limit.Gradient2Limit;
import javax.annotation.Nullable;

/**
 * How many batches a replica gets at once: fewer while its answers take longer than they used to.
 *
 * <p>Netflix's Gradient2, on the round trip of one row, so that large batches do not look slow.
 * Safe for use by many threads.
 */
final class ReplicaConcurrency {

    private static final double SMOOTHING = 0.2;
    private static final double TOLERANCE = 1.5;
    private static final int LONG_WINDOW = 600;

    /** One batch runs while the next one travels. */
    private static final int FEWEST = 2;

    private final int most;
    @Nullable private final Gradient2Limit gradient;

    private ReplicaConcurrency(int most, @Nullable Gradient2Limit gradient) {
        this.most = most;
        this.gradient = gradient;
    }

    /** Always the same. */
    static ReplicaConcurrency fixed(int most) {
        return new ReplicaConcurrency(most, null);
    }

    /** Between two and the most, which it starts with; fixed if there is nothing in between. */
    static ReplicaConcurrency adaptive(int most) {
        if (most <= FEWEST) {
            return fixed(most);
        }
        return new ReplicaConcurrency(
                most,
                Gradient2Limit.newBuilder()
                        .initialLimit(most)
                        .maxConcurrency(most)
                        .minLimit(FEWEST)
                        .smoothing(SMOOTHING)
                        .rttTolerance(TOLERANCE)
                        .longWindow(LONG_WINDOW)
                        .build());
    }

    int most() {
        return most;
    }

    int limit() {
        return gradient == null ? most : gradient.getLimit();
    }

    /**
     * Learns from an answer.
     *
     * @param nanosPerRow round trip of one row, at least 1
     * @param inFlight batches while it was on its way
     */
    void answered(long nanosPerRow, int inFlight) {
        if (gradient != null) {
            gradient.onSample(0, nanosPerRow, inFlight, false);
        }
    }
}
