package io.flinkgpu.inference.pool.routing;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * Settings of a router.
 *
 * @param localNode the machine that the requests come from, as replicas name theirs; may be empty
 * @param maxInFlightBatches on one replica, 1 to 1000
 * @param firstRest of a replica that was lost once, above zero; doubles with each further loss
 * @param maxRest longest, at least {@code firstRest}
 * @param adaptive whether slow replicas get fewer batches at once
 */
@Internal
public record RouterConfig(
        String localNode,
        int maxInFlightBatches,
        Duration firstRest,
        Duration maxRest,
        boolean adaptive) {

    static final int MOST_IN_FLIGHT_BATCHES = 1000;

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException naming the first setting that is out of its bounds
     */
    public RouterConfig {
        if (maxInFlightBatches < 1 || maxInFlightBatches > MOST_IN_FLIGHT_BATCHES) {
            throw new IllegalArgumentException(
                    "Invalid batches in flight: %d. They must be 1 to %d."
                            .formatted(maxInFlightBatches, MOST_IN_FLIGHT_BATCHES));
        }
        if (firstRest.isNegative() || firstRest.isZero() || firstRest.compareTo(maxRest) > 0) {
            throw new IllegalArgumentException(
                    "Invalid rest of lost replicas: %s to %s. It must be above zero and grow."
                            .formatted(firstRest, maxRest));
        }
    }

    /** A fixed number of batches, the usual rests. */
    public RouterConfig(
            String localNode, int maxInFlightBatches, Duration firstRest, Duration maxRest) {
        this(localNode, maxInFlightBatches, firstRest, maxRest, false);
    }

    /** Rests of 100 milliseconds to 10 seconds. */
    public static RouterConfig of(String localNode, int maxInFlightBatches) {
        return new RouterConfig(
                localNode, maxInFlightBatches, Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    /** These settings with another way to tell how many batches a replica gets. */
    public RouterConfig withAdaptiveConcurrency(boolean on) {
        return new RouterConfig(localNode, maxInFlightBatches, firstRest, maxRest, on);
    }
}
