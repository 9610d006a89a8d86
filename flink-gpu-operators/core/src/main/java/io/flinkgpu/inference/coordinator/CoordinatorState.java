package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.Membership;
import java.io.Serializable;
import java.util.List;

/** What a coordinator keeps in checkpoints. */
record CoordinatorState(List<Membership> members, List<NodeBlock> blocks) implements Serializable {

    private static final long serialVersionUID = 1L;
}
