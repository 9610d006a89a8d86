package io.flinkgpu.deploy.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/** Looks again and again for something that has no event to wait for. */
@Internal
public final class Poll {

    private Poll() {}

    /** Something that holds, or not yet. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds at this moment. */
        boolean holds() throws InterruptedException;
    }

    /**
     * Blocks until a condition holds or the time is up; looks at least once.
     *
     * @param interval between two looks
     * @return whether it holds
     */
    public static boolean until(Duration timeout, Duration interval, Condition condition)
            throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start >= timeout.toNanos()) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        }
        return true;
    }
}
