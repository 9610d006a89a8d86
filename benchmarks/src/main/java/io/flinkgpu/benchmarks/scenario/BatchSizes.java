package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.batching.AdaptiveBatchSize;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many rows the next batch has: always as many, or what the operator's policy of adaptive
 * batches chooses. Safe for use by many threads.
 */
final class BatchSizes {

    /** The operator's with the default options, by which it gives batches up. */
    private static final Duration LONGEST_ROUND_TRIP = Duration.ofSeconds(60);

    private final int most;
    private final AdaptiveBatchSize policy;
    private final Map<Integer, Long> rowsBySize = new TreeMap<>();

    private BatchSizes(int least, int most) {
        this.most = most;
        this.policy = new AdaptiveBatchSize(least, most, LONGEST_ROUND_TRIP, System::nanoTime);
    }

    static BatchSizes fixed(int rows) {
        return new BatchSizes(rows, rows);
    }

    /** Starts with the least. */
    static BatchSizes adaptive(int least, int most) {
        return new BatchSizes(least, most);
    }

    int most() {
        return most;
    }

    synchronized int next() {
        return policy.rows();
    }

    synchronized void answered(int rows, long roundTripNanos) {
        policy.answered(rows, roundTripNanos);
        rowsBySize.merge(rows, (long) rows, Long::sum);
    }

    /** Forgets which sizes were sent, and nothing of what the policy has learned. */
    synchronized void startCounting() {
        rowsBySize.clear();
    }

    /** The size that most rows were sent with since counting started; the next one before any. */
    synchronized int usual() {
        return rowsBySize.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseGet(policy::rows);
    }
}
