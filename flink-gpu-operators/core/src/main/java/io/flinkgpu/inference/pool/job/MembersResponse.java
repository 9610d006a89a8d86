package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.Replica;
import java.util.List;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/** The registry's answer; the fields are those of {@link io.flinkgpu.inference.pool.Membership}. */
record MembersResponse(long version, boolean complete, List<Replica> replicas)
        implements CoordinationResponse {

    MembersResponse {
        replicas = List.copyOf(replicas);
    }
}
