package io.flinkgpu.inference.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/** A device that runs one batch after the other, with more of them in its queue; makes the time. */
final class SimulatedDevice implements LongSupplier {

    private static final int IN_FLIGHT = 4;
    private static final int BATCHES_BETWEEN_PAUSES = 50;

    private final ArrayDeque<Sent> queue = new ArrayDeque<>();
    private IntToLongFunction runNanos;
    private int availableRows = Integer.MAX_VALUE;
    private Duration pause = Duration.ZERO;
    private int left;
    private long now = Long.MAX_VALUE - 1_000_000;

    private record Sent(int rows, long at) {}

    SimulatedDevice(IntToLongFunction runNanos) {
        this.runNanos = runNanos;
    }

    /** From here on a batch of so many rows takes so long. */
    void take(IntToLongFunction nanosOfRows) {
        runNanos = nanosOfRows;
    }

    /** No batch has more rows when its delay is over. */
    void fillBatchesUpTo(int rows) {
        availableRows = rows;
    }

    /** After every fifty batches nothing comes for that long; to be said before the first. */
    void pauseFor(Duration time) {
        pause = time;
    }

    @Override
    public long getAsLong() {
        return now;
    }

    /** Runs batches of the size that is asked for, and gives the time spent with each size. */
    Map<Integer, Long> run(AdaptiveBatchSize size, Duration length) {
        Map<Integer, Long> nanosBySize = new TreeMap<>();
        long start = now;
        while (now - start < length.toNanos()) {
            if (queue.isEmpty()) {
                now += pause.toNanos();
                left = pause.isZero() ? Integer.MAX_VALUE : BATCHES_BETWEEN_PAUSES;
            }
            for (; queue.size() < IN_FLIGHT && left > 0; left--) {
                queue.add(new Sent(Math.min(availableRows, size.rows()), now));
            }
            Sent next = queue.remove();
            long nanos = runNanos.applyAsLong(next.rows());
            now += nanos;
            nanosBySize.merge(size.rows(), nanos, Long::sum);
            size.answered(next.rows(), now - next.at());
        }
        return nanosBySize;
    }

    /** The size that most of the time is spent with. */
    int usualSize(AdaptiveBatchSize size, Duration length) {
        return run(size, length).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }
}
