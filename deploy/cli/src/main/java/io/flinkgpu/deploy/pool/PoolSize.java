package io.flinkgpu.deploy.pool;

import org.apache.flink.annotation.Internal;

/**
 * How many replicas a pool has and may have. While its job waits for task managers, Flink does not
 * tell the limits; before, it tells nothing.
 *
 * @param replicas as many as it should have at the moment, 0 if not known
 * @param minReplicas fewest that it may be scaled to, 0 if not known
 * @param maxReplicas most that it may be scaled to, 0 if not known
 */
@Internal
public record PoolSize(int replicas, int minReplicas, int maxReplicas) {

    /** Whether the number of replicas is known. */
    public boolean isKnown() {
        return replicas > 0;
    }

    /** Whether the limits are known. */
    public boolean hasLimits() {
        return maxReplicas > 0;
    }

    /**
     * The same with another number of replicas.
     *
     * @throws IllegalArgumentException if the number is outside of the limits
     */
    PoolSize scaledTo(String pool, int wanted) {
        if (wanted < minReplicas || wanted > maxReplicas) {
            throw new IllegalArgumentException(
                    "Invalid --replicas: %d. Pool '%s' was started for %d to %d."
                            .formatted(wanted, pool, minReplicas, maxReplicas));
        }
        return new PoolSize(wanted, minReplicas, maxReplicas);
    }
}
