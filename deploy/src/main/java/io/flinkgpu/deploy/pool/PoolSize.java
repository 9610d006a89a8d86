package io.flinkgpu.deploy.pool;

/**
 * How many replicas a pool has and may have.
 *
 * @param replicas as many as it should have at the moment
 * @param minReplicas fewest that it may be scaled to
 * @param maxReplicas most that it may be scaled to
 */
public record PoolSize(int replicas, int minReplicas, int maxReplicas) {

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
