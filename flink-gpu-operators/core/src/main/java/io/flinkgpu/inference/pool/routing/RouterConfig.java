package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.fault.Backoff;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * Settings of a router.
 *
 * @param localNode the machine that the requests come from, as replicas name theirs; may be empty
 * @param maxInFlightBatches on one replica, 1 to 1000
 * @param rests of a replica that was lost, longer with each further loss in a row
 * @param adaptive whether slow replicas get fewer batches at once
 */
@Internal
public record RouterConfig(
        String localNode, int maxInFlightBatches, Backoff rests, boolean adaptive) {

    static final int MOST_IN_FLIGHT_BATCHES = 1000;

    private static final Backoff USUAL_RESTS =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), 0.2);

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
    }

    /** A fixed number of batches; rests of 100 milliseconds to 10 seconds. */
    public static RouterConfig of(String localNode, int maxInFlightBatches) {
        return new RouterConfig(localNode, maxInFlightBatches, USUAL_RESTS, false);
    }

    /** These settings with another way to tell how many batches a replica gets. */
    public RouterConfig withAdaptiveConcurrency(boolean on) {
        return new RouterConfig(localNode, maxInFlightBatches, rests, on);
    }
}
