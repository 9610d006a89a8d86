package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.Membership;
import java.util.List;

/**
 * What a coordinator keeps in checkpoints.
 *
 * @param members last known, one for each pool of the job; their versions and loads are not kept
 * @param blocks of nodes
 */
record CoordinatorState(List<Membership> members, List<NodeBlock> blocks) {

    /** Copies the lists. */
    CoordinatorState {
        members = List.copyOf(members);
        blocks = List.copyOf(blocks);
    }
}
