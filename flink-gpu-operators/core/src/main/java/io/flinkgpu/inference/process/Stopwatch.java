package io.flinkgpu.inference.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/** Measures the time since it was started. Immutable; any thread. */
@Internal
public final class Stopwatch {

    private final LongSupplier nanoClock;
    private final long startNanos;

    private Stopwatch(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /** Starts now, on the clock of the process. */
    public static Stopwatch start() {
        return start(System::nanoTime);
    }

    /**
     * Starts now, on another clock.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    public static Stopwatch start(LongSupplier nanoClock) {
        return new Stopwatch(nanoClock);
    }

    /** Nanoseconds since the start. */
    public long nanos() {
        return nanoClock.getAsLong() - startNanos;
    }

    /** The time since the start. */
    public Duration time() {
        return Duration.ofNanos(nanos());
    }

    /** Whether at least this much time has passed since the start. */
    public boolean hasReached(Duration time) {
        return nanos() >= time.toNanos();
    }

    /**
     * Returns when this much time has passed since the start, and no sooner; heeds no interrupt, as
     * a computation on a device does.
     */
    public void parkUntil(Duration time) {
        for (long left = time.toNanos() - nanos(); left > 0; left = time.toNanos() - nanos()) {
            LockSupport.parkNanos(left);
        }
    }
}
