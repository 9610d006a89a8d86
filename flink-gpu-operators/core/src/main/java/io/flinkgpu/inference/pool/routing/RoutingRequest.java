package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * What to find a replica for.
 *
 * @param key chooses the candidates: equal keys meet the same candidates while members stay, so
 *     that a repeated batch finds the replica that remembers it; spread evenly over all longs
 * @param rows of the batch
 * @param avoided replicas that failed this batch before; taken only if there is no other
 */
@Internal
public record RoutingRequest(ServedModel model, long key, int rows, Set<ReplicaAddress> avoided) {

    /** The same with other replicas to avoid. */
    public RoutingRequest avoiding(Set<ReplicaAddress> replicas) {
        return new RoutingRequest(model, key, rows, replicas);
    }
}
