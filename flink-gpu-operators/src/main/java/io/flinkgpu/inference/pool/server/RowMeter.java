package io.flinkgpu.inference.pool.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts rows and tells their rate over the last seconds, between the moments that it is asked.
 *
 * <p>Safe for use by many threads.
 */
final class RowMeter {

    private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

    private final LongAdder rows = new LongAdder();
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanoTime, long rows) {}

    RowMeter(long nanoTime) {
        samples.add(new Sample(nanoTime, 0));
    }

    void add(int count) {
        rows.add(count);
    }

    long total() {
        return rows.sum();
    }

    synchronized double perSecond(long now) {
        Sample latest = new Sample(now, total());
        samples.addLast(latest);
        while (samples.size() > 2 && now - samples.getFirst().nanoTime() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        double seconds = (now - oldest.nanoTime()) / (double) Duration.ofSeconds(1).toNanos();
        return seconds <= 0 ? 0 : (latest.rows() - oldest.rows()) / seconds;
    }
}
