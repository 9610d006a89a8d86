package io.flinkgpu.inference.pool.routing;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** How long lost replicas rest: exponentially longer, with jitter, up to a bound. */
final class RestPolicy {

    private static final double JITTER = 0.2;
    private static final int MOST_DOUBLINGS = 20;

    private final long firstNanos;
    private final long maxNanos;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;

    RestPolicy(RouterConfig config, LongSupplier nanoClock, DoubleSupplier random) {
        this.firstNanos = config.firstRest().toNanos();
        this.maxNanos = config.maxRest().toNanos();
        this.nanoClock = nanoClock;
        this.random = random;
    }

    long now() {
        return nanoClock.getAsLong();
    }

    /** When a replica that has been lost so many times in a row may be tried again. */
    long endOfRest(int losses) {
        int doublings = Math.min(losses - 1, MOST_DOUBLINGS);
        boolean isLongest = firstNanos > maxNanos >> doublings;
        long longest = isLongest ? maxNanos : firstNanos << doublings;
        return now() + (long) ((double) longest * (1 - JITTER * random.getAsDouble()));
    }
}
