package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.fault.Backoff;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * When lost replicas may be tried again.
 *
 * @param lengths of rests
 * @param nanoClock such as {@link System#nanoTime()}
 * @param random shortens rests, in {@code [0, 1)}
 */
record RestPolicy(Backoff lengths, LongSupplier nanoClock, DoubleSupplier random) {

    long now() {
        return nanoClock.getAsLong();
    }

    /** When a replica that has been lost so many times in a row may be tried again. */
    long endOfRest(int losses) {
        // Rests are shortened only: the lower half of the jitter.
        double lowerHalf = (1 - random.getAsDouble()) / 2;
        return now() + lengths.pause(losses - 1, lowerHalf).toNanos();
    }
}
