package io.flinkgpu.benchmarks.flink;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.annotation.Internal;

/**
 * Counts rows that reached a stage, by job, for the benchmark that runs in the same process.
 *
 * <p>Flink shows the metrics of a running job seconds late. Safe for use by many threads.
 */
@Internal
public final class Arrivals {

    private static final ConcurrentMap<String, AtomicLong> COUNTS = new ConcurrentHashMap<>();

    private Arrivals() {}

    /** Counts one row. */
    public static void count(String job) {
        COUNTS.computeIfAbsent(job, unknown -> new AtomicLong()).incrementAndGet();
    }

    /** Rows counted so far. */
    public static long of(String job) {
        AtomicLong count = COUNTS.get(job);
        return count == null ? 0 : count.get();
    }

    /** Forgets a job. */
    public static void forget(String job) {
        COUNTS.remove(job);
    }
}
