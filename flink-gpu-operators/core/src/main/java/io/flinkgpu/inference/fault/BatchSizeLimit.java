package io.flinkgpu.inference.fault;

import org.apache.flink.annotation.Internal;

/**
 * The largest batch that a device had the memory for, which it is brought back to after it ran out
 * and from which it grows again.
 *
 * <p>Running out of memory halves the batch that did. After so many successes at the limit it grows
 * by an eighth; a size that ran out is approached half as fast each time. Not thread-safe.
 */
@Internal
public final class BatchSizeLimit {

    private static final int FIRST_PATIENCE = 32;
    private static final int MAX_PATIENCE = 1 << 14;
    private static final int GROWTH_SHARE = 8;

    private final int most;
    private int limit;
    private int successes;
    private int patience = FIRST_PATIENCE;

    /**
     * No limit beyond the configured one.
     *
     * @param most rows of a batch, at least 1
     */
    public BatchSizeLimit(int most) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    "Invalid batch size: " + most + ". It must be at least 1.");
        }
        this.most = most;
        this.limit = most;
    }

    /** Rows of the largest batch to run. */
    public int rows() {
        return limit;
    }

    /**
     * Counts a run that passed; only those of three quarters of the limit or more tell anything.
     */
    public void succeeded(int rows) {
        if (limit == most || 4L * rows < 3L * limit) {
            return;
        }
        successes++;
        if (successes >= patience) {
            successes = 0;
            limit = Math.min(most, limit + Math.max(1, limit / GROWTH_SHARE));
        }
    }

    /**
     * Counts a run that ran out of memory.
     *
     * @return false if it was of a single row, so that no batch is small enough
     */
    public boolean ranOutOfMemory(int rows) {
        if (rows <= 1) {
            return false;
        }
        limit = Math.min(limit, rows / 2);
        successes = 0;
        patience = Math.min(MAX_PATIENCE, patience * 2);
        return true;
    }
}
