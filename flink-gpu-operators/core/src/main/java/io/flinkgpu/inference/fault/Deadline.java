package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * When an answer is of no use any more, on a clock of this process.
 *
 * @param nanoTime ignored if {@code isNone}
 * @param nanoClock what {@code nanoTime} is a time of, such as {@link System#nanoTime()}
 */
@Internal
public record Deadline(long nanoTime, boolean isNone, LongSupplier nanoClock) {

    private static final LongSupplier PROCESS_CLOCK = System::nanoTime;
    private static final Deadline NONE = new Deadline(0, true, PROCESS_CLOCK);

    /** No deadline: an answer is welcome at any time. */
    public static Deadline none() {
        return NONE;
    }

    /** The deadline in {@code time} from now. */
    public static Deadline after(Duration time) {
        return after(time, PROCESS_CLOCK);
    }

    /** The deadline in {@code time} from now, on the clock given, in nanoseconds. */
    public static Deadline after(Duration time, LongSupplier nanoClock) {
        return new Deadline(nanoClock.getAsLong() + time.toNanos(), false, nanoClock);
    }

    /** The deadline in {@code nanos} from now; may be past already. */
    public static Deadline afterNanos(long nanos) {
        return after(Duration.ofNanos(nanos));
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
