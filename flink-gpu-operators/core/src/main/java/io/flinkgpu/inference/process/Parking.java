package io.flinkgpu.inference.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.annotation.Internal;

/** Waiting as a computation on a device does: it heeds no interrupt. */
@Internal
public final class Parking {

    private Parking() {}

    /** Returns when the time is over, and no sooner; an interrupt stays set. */
    public static void parkFor(Duration time) {
        Stopwatch watch = Stopwatch.start();
        while (!watch.hasReached(time)) {
            LockSupport.parkNanos(time.toNanos() - watch.nanos());
        }
    }
}
