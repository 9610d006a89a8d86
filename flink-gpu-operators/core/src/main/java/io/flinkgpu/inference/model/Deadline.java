package io.flinkgpu.inference.model;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * When an answer is of no use any more, on this process's {@link System#nanoTime()}.
 *
 * @param nanoTime ignored if {@code isNone}
 */
@Internal
public record Deadline(long nanoTime, boolean isNone) {

    private static final Deadline NONE = new Deadline(0, true);

    /** No deadline: an answer is welcome at any time. */
    public static Deadline none() {
        return NONE;
    }

    /** The deadline in {@code time} from now. */
    public static Deadline after(Duration time) {
        return afterNanos(time.toNanos());
    }

    /** The deadline in {@code nanos} from now; may be past already. */
    public static Deadline afterNanos(long nanos) {
        return new Deadline(System.nanoTime() + nanos, false);
    }

    /** Nanoseconds left; negative once it has passed, {@link Long#MAX_VALUE} if there is none. */
    public long leftNanos() {
        return isNone ? Long.MAX_VALUE : nanoTime - System.nanoTime();
    }

    /** Whether it has passed. */
    public boolean hasPassed() {
        return leftNanos() <= 0;
    }
}
