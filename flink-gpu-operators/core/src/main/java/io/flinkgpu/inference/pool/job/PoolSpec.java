package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * A pool to start.
 *
 * @param replica what each replica serves, and on what
 * @param replicas how many to start with
 * @param minReplicas fewest that the pool may be scaled to, at least 1
 * @param maxReplicas most that the pool may be scaled to
 */
@Internal
public record PoolSpec(ReplicaRequest replica, int replicas, int minReplicas, int maxReplicas)
        implements Serializable {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless 1 <= minReplicas <= replicas <= maxReplicas
     */
    public PoolSpec {
        if (minReplicas < 1 || replicas < minReplicas || maxReplicas < replicas) {
            throw new IllegalArgumentException(
                    "Invalid replicas of pool '%s': %d of %d to %d. It must hold that 1 <= min <= replicas <= max."
                            .formatted(replica.pool(), replicas, minReplicas, maxReplicas));
        }
    }

    /** The pool's name. */
    public String name() {
        return replica.pool();
    }
}
