package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.deploy.rest.FlinkRestException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for something that has no event to wait for. */
final class Wait {

    private static final Duration POLL = Duration.ofMillis(200);

    private Wait() {}

    /** Something that holds, or not yet. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /**
     * Blocks until a condition holds. A Flink that does not answer counts as not yet.
     *
     * @param what is awaited, for the error
     * @throws IllegalStateException if it does not hold in time
     */
    static void until(String what, Duration timeout, Condition condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "Cannot measure: not within %d s: %s."
                                .formatted(timeout.toSeconds(), what));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static boolean holds(Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (FlinkRestException restarting) {
            return false;
        }
    }
}
