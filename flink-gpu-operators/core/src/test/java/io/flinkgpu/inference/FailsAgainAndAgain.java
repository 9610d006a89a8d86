package io.flinkgpu.inference;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Lets rows pass and fails so many times, each time a while after its start. */
final class FailsAgainAndAgain extends RichMapFunction<Long, Long> {

    private static final AtomicInteger FAILURES = new AtomicInteger();

    private final int maxFailures;
    private final long afterNanos;
    private transient long failAt;

    FailsAgainAndAgain(int maxFailures, Duration after) {
        this.maxFailures = maxFailures;
        this.afterNanos = after.toNanos();
    }

    static void reset() {
        FAILURES.set(0);
    }

    static int failures() {
        return FAILURES.get();
    }

    @Override
    public void open(OpenContext context) {
        failAt = System.nanoTime() + afterNanos;
    }

    @Override
    public Long map(Long row) {
        if (System.nanoTime() >= failAt && FAILURES.get() < maxFailures) {
            FAILURES.incrementAndGet();
            throw new IllegalStateException("Failure on purpose.");
        }
        return row;
    }
}
