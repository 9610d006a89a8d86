package io.flinkgpu.inference.model;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When an answer is of no use any more, on a clock of this process.
 *
 * @param nanoTime ignored if {@code isNone}
 * @param nanoClock such as {@link System#nanoTime()}
 */
public record Deadline(long nanoTime, boolean isNone, LongSupplier nanoClock) {

    /** One object, so that equal deadlines are equal. */
    private static final LongSupplier SYSTEM_CLOCK = System::nanoTime;

    private static final Deadline NONE = new Deadline(0, true);

    /** A deadline on {@link System#nanoTime()}. */
    public Deadline(long nanoTime, boolean isNone) {
        this(nanoTime, isNone, SYSTEM_CLOCK);
    }

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
        return afterNanos(nanos, SYSTEM_CLOCK);
    }

    /** The deadline in {@code nanos} from what {@code nanoClock} says; may be past already. */
    public static Deadline afterNanos(long nanos, LongSupplier nanoClock) {
        return new Deadline(nanoClock.getAsLong() + nanos, false, nanoClock);
    }

    /** Nanoseconds left; negative once it has passed, {@link Long#MAX_VALUE} if there is none. */
    public long leftNanos() {
        return isNone ? Long.MAX_VALUE : nanoTime - nanoClock.getAsLong();
    }

    /** Whether it has passed. */
    public boolean hasPassed() {
        return leftNanos() <= 0;
    }
}
