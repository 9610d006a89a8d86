package io.flinkgpu.inference.pool.server;

import java.time.Duration;

/**
 * Decides whether a request may wait for a model, or when it should come back.
 *
 * <p>Safe for use by many threads.
 */
final class Admission {

    private static final long MIN_PUSHBACK_MILLIS = 1;
    private static final long MAX_PUSHBACK_MILLIS = 10_000;
    private static final double WEIGHT_OF_NEWEST = 0.2;

    private final int maxWaitingRows;
    private double rowNanos;

    Admission(int maxWaitingRows) {
        this.maxWaitingRows = maxWaitingRows;
    }

    /**
     * Whether {@code rows} more may wait; a request that exceeds the bound alone passes where
     * nothing waits, or it never would.
     */
    boolean admits(int waitingRows, int rows) {
        return waitingRows == 0 || (long) waitingRows + rows <= maxWaitingRows;
    }

    /** Learns from a run how long a row takes. */
    synchronized void ran(int rows, long runNanos) {
        double newest = (double) runNanos / Math.max(1, rows);
        rowNanos = rowNanos == 0 ? newest : rowNanos + WEIGHT_OF_NEWEST * (newest - rowNanos);
    }

    /** When those that wait will have run: 1 ms to 10 s. */
    synchronized Duration pushback(int waitingRows) {
        long millis = (long) (waitingRows * rowNanos / 1e6);
        return Duration.ofMillis(
                Math.min(MAX_PUSHBACK_MILLIS, Math.max(MIN_PUSHBACK_MILLIS, millis)));
    }
}
