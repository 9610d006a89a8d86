package io.flinkgpu.inference.pool;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells a subtask who is in its pools.
 *
 * @param pools one entry for each pool that the operator uses, all of them each time
 */
@Internal
public record MembersChanged(List<Membership> pools) implements OperatorEvent {

    /** Copies the list. */
    public MembersChanged {
        pools = List.copyOf(pools);
    }
}
