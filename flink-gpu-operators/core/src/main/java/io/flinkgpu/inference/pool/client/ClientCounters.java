package io.flinkgpu.inference.pool.client;

import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a client counts; safe for use by many threads. */
final class ClientCounters {

    private final LongAdder attempts = new LongAdder();
    private final Map<Status.Code, LongAdder> failures = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();

    void requestSent() {
        attempts.increment();
    }

    /** A batch is on a replica. */
    void batchSent() {
        running.incrementAndGet();
    }

    /** A batch is there no more. */
    void batchEnded() {
        running.decrementAndGet();
    }

    void retriedAfter(Status.Code code) {
        failures.computeIfAbsent(code, any -> new LongAdder()).increment();
    }

    long attempts() {
        return attempts.sum();
    }

    /** Attempts that were repeated, whatever the cause. */
    long retried() {
        return failures.values().stream().mapToLong(LongAdder::sum).sum();
    }

    int running() {
        return running.get();
    }

    Map<String, Long> retries() {
        Map<String, Long> retries = new TreeMap<>();
        failures.forEach((code, count) -> retries.put(code.name(), count.sum()));
        return retries;
    }
}
