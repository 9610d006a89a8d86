package io.flinkgpu.inference.fault;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * What to do when nothing is answered although rows wait: first tell people, then give up what is
 * asked for and ask elsewhere, at last fail. Not thread-safe.
 */
@Internal
public final class StallPolicy {

    /** What to do, ever stronger. */
    public enum Measure {
        /** Nothing: all is well, or the last measure must show its effect first. */
        NONE,
        /** Tell people. */
        WARN,
        /** Give up what is asked for and ask again, elsewhere if there is an elsewhere. */
        ABANDON,
        /** Fail, so that someone else starts again. */
        FAIL
    }

    private static final Measure[] IN_ORDER = {Measure.WARN, Measure.ABANDON, Measure.FAIL};

    private final long timeoutMillis;
    private long stalledSince;
    private int taken;

    /**
     * A policy that has seen progress just now.
     *
     * @param timeout without progress before the first measure, and before each further one; above
     *     zero
     */
    public StallPolicy(Duration timeout, long nowMillis) {
        this.timeoutMillis = timeout.toMillis();
        this.stalledSince = nowMillis;
    }

    /** Something was answered, or there is nothing to answer. */
    public void progressed(long nowMillis) {
        stalledSince = nowMillis;
        taken = 0;
    }

    /** What to do now; each measure once in a stall. */
    public Measure check(long nowMillis) {
        boolean due = nowMillis - stalledSince >= (taken + 1) * timeoutMillis;
        return due && taken < IN_ORDER.length ? IN_ORDER[taken++] : Measure.NONE;
    }

    /** How long nothing has been answered. */
    public Duration stalledFor(long nowMillis) {
        return Duration.ofMillis(nowMillis - stalledSince);
    }
}
