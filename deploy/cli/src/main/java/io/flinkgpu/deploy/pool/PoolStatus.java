package io.flinkgpu.deploy.pool;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * A pool at one moment.
 *
 * @param address by which pipelines name it
 * @param job the job that it is
 * @param size how many replicas it should have and may have; unknown while the job manager prepares
 *     the job
 * @param restarts of the job, by failures and rescales; empty before the job has reported it
 * @param complete whether all replicas have reported, and none loads
 * @param problem why the registry did not answer; empty if it did
 */
@Internal
public record PoolStatus(
        PoolAddress address,
        JobID job,
        JobStatus state,
        PoolSize size,
        OptionalLong restarts,
        boolean complete,
        List<Replica> replicas,
        Optional<String> problem) {

    /** Copies the replicas. */
    public PoolStatus {
        replicas = List.copyOf(replicas);
    }

    /** The pool's name. */
    public String name() {
        return address.name();
    }

    /** How many replicas take requests. */
    public int ready() {
        return count(ReplicaState.READY);
    }

    /** How many replicas are in a state. */
    public int count(ReplicaState wanted) {
        return (int) replicas.stream().filter(replica -> replica.state() == wanted).count();
    }

    /** Whether it has just as many ready replicas as it should have. */
    public boolean isSettled() {
        return problem.isEmpty() && size.isKnown() && ready() == size.replicas();
    }
}
