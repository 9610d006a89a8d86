package io.flinkgpu.inference.pool.routing;

import java.util.concurrent.atomic.AtomicLong;

/** An exponentially weighted moving mean of positive values; safe for use by many threads. */
final class MovingMean {

    private static final long NOTHING = Double.doubleToRawLongBits(Double.NaN);

    private final AtomicLong bits = new AtomicLong(NOTHING);
    private final double weightOfNewest;

    MovingMean(double weightOfNewest) {
        this.weightOfNewest = weightOfNewest;
    }

    /** The first value is the mean; each further one moves it. */
    void add(double value) {
        long unused =
                bits.updateAndGet(
                        before ->
                                Double.doubleToRawLongBits(
                                        moved(Double.longBitsToDouble(before), value)));
    }

    /** The mean, or {@code otherwise} while there is no value. */
    double orElse(double otherwise) {
        double mean = Double.longBitsToDouble(bits.get());
        return Double.isNaN(mean) ? otherwise : mean;
    }

    private double moved(double mean, double value) {
        return Double.isNaN(mean) ? value : mean + weightOfNewest * (value - mean);
    }
}
