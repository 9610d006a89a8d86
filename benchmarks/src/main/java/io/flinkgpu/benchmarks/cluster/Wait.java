package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.run.Poll;
import java.time.Duration;

/** Waits for something that has no event to wait for. */
final class Wait {

    private static final Duration POLL = Duration.ofMillis(200);

    private Wait() {}

    /**
     * Blocks until a condition holds. A Flink that does not answer counts as not yet.
     *
     * @param what is awaited, for the error
     * @throws IllegalStateException if it does not hold in time
     */
    static void until(String what, Duration timeout, Poll.Condition condition)
            throws InterruptedException {
        if (!Poll.until(timeout, POLL, () -> holds(condition))) {
            throw new IllegalStateException(
                    "Cannot measure: not within %d s: %s.".formatted(timeout.toSeconds(), what));
        }
    }

    private static boolean holds(Poll.Condition condition) throws InterruptedException {
        try {
            return condition.holds();
        } catch (FlinkRestException restarting) {
            return false;
        }
    }
}
