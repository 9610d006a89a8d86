package io.flinkgpu.inference.process;

import java.time.Duration;
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
}
