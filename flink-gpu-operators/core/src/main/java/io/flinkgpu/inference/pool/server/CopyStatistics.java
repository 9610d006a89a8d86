package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.InferenceResult;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one copy of a model did since it was opened, as the statistics extension counts.
 *
 * <p>A run answers several requests: each counts for its share of the run's rows, so that the sum
 * of the shares is the number of runs. Safe for use by many threads.
 */
final class CopyStatistics {

    /** Sizes of device batches that are told apart; they are bounded by the largest batch. */
    private static final int MAX_SIZES = 4096;

    private final Clock clock;
    private final Map<Integer, Runs> runsBySize = new TreeMap<>();
    private Total success = Total.NONE;
    private Total fail = Total.NONE;
    private Total cacheHit = Total.NONE;
    private long queueNanos;
    private long rows;
    private long lastMillis;

    /** How often, and how long in all. */
    record Total(long count, long nanos) {

        static final Total NONE = new Total(0, 0);

        Total and(long moreNanos) {
            return new Total(count + 1, nanos + moreNanos);
        }

        Total plus(Total other) {
            return new Total(count + other.count, nanos + other.nanos);
        }
    }

    /** Runs of one size, in shares. */
    private static final class Runs {
        private double count;
        private double nanos;

        private Total total() {
            return new Total(Math.round(count), Math.round(nanos));
        }
    }

    /**
     * The counts at one time.
     *
     * @param queue of the requests that succeeded and ran
     * @param runs by the rows of the device batch
     */
    record Snapshot(
            Total success,
            Total fail,
            Total cacheHit,
            Total queue,
            Map<Integer, Total> runs,
            long rows,
            long lastMillis) {

        static final Snapshot NONE =
                new Snapshot(Total.NONE, Total.NONE, Total.NONE, Total.NONE, Map.of(), 0, 0);

        /** These counts and those of another copy. */
        Snapshot plus(Snapshot other) {
            Map<Integer, Total> both = new TreeMap<>(runs);
            other.runs.forEach((size, total) -> both.merge(size, total, Total::plus));
            return new Snapshot(
                    success.plus(other.success),
                    fail.plus(other.fail),
                    cacheHit.plus(other.cacheHit),
                    queue.plus(other.queue),
                    both,
                    rows + other.rows,
                    Math.max(lastMillis, other.lastMillis));
        }

        /** All runs, of whatever size. */
        Total allRuns() {
            return runs.values().stream().reduce(Total.NONE, Total::plus);
        }
    }

    CopyStatistics(Clock clock) {
        this.clock = clock;
    }

    /** A request was answered by a run. */
    synchronized void answered(int requestRows, long nanos, InferenceResult result) {
        success = success.and(nanos);
        queueNanos += result.queueNanos();
        rows += requestRows;
        lastMillis = clock.millis();
        double share = (double) requestRows / Math.max(requestRows, result.deviceBatchRows());
        int size = result.deviceBatchRows();
        if (runsBySize.containsKey(size) || runsBySize.size() < MAX_SIZES) {
            Runs runs = runsBySize.computeIfAbsent(size, first -> new Runs());
            runs.count += share;
            runs.nanos += share * result.runNanos();
        }
    }

    /** A request was answered from memory. */
    synchronized void answeredFromCache(long nanos) {
        success = success.and(nanos);
        cacheHit = cacheHit.and(nanos);
        lastMillis = clock.millis();
    }

    /** A request failed after it had found its model. */
    synchronized void failed(long nanos) {
        fail = fail.and(nanos);
        lastMillis = clock.millis();
    }

    synchronized Snapshot snapshot() {
        Map<Integer, Total> runs = new TreeMap<>();
        runsBySize.forEach((size, of) -> runs.put(size, of.total()));
        Total queue = new Total(success.count() - cacheHit.count(), queueNanos);
        return new Snapshot(success, fail, cacheHit, queue, runs, rows, lastMillis);
    }
}
