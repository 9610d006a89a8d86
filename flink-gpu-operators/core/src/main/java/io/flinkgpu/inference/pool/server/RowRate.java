package io.flinkgpu.inference.pool.server;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * Rows per second over the seconds before a look, from a growing count.
 *
 * <p>Safe for use by many threads.
 */
final class RowRate {

    private static final long WINDOW_NANOS = 5_000_000_000L;
    private static final long STEP_NANOS = 100_000_000L;

    private final LongSupplier nanoClock;
    private final ArrayDeque<Look> looks = new ArrayDeque<>();

    private record Look(long nanos, long rows) {}

    RowRate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        looks.add(new Look(nanoClock.getAsLong(), 0));
    }

    /** The rate since the oldest look of the window; {@code rows} never shrinks. */
    synchronized double perSecond(long rows) {
        long now = nanoClock.getAsLong();
        while (looks.size() > 1 && now - looks.getFirst().nanos > WINDOW_NANOS) {
            looks.removeFirst();
        }
        Look first = looks.getFirst();
        if (now - looks.getLast().nanos >= STEP_NANOS) {
            looks.add(new Look(now, rows));
        }
        double seconds = (now - first.nanos) / 1e9;
        return seconds <= 0 ? 0 : (rows - first.rows) / seconds;
    }
}
