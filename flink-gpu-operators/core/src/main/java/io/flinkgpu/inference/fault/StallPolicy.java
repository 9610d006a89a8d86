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

    private final Duration timeout;
    private Duration stalledFor = Duration.ZERO;
    private int taken;

    /**
     * A policy that has seen progress just now.
     *
     * @param timeout without progress before the first measure, and before each further one; above
     *     zero
     */
    public StallPolicy(Duration timeout) {
        this.timeout = timeout;
    }

    /** What is waited for has been answered, or there is nothing to answer. */
    public void progressed() {
        stalledFor = Duration.ZERO;
        taken = 0;
    }

    /**
     * So much more time has passed without progress, in which there could have been some.
     *
     * @return what to do now; each measure once in a stall
     */
    public Measure waited(Duration time) {
        stalledFor = stalledFor.plus(time);
        if (taken == IN_ORDER.length || stalledFor.compareTo(timeout.multipliedBy(taken + 1)) < 0) {
            return Measure.NONE;
        }
        return IN_ORDER[taken++];
    }

    /** How long there has been no progress. */
    public Duration stalledFor() {
        return stalledFor;
    }
}
