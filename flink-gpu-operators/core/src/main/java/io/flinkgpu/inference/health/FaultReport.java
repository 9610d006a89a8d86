package io.flinkgpu.inference.health;

import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A subtask tells its coordinator of the faults of its process.
 *
 * @param node of the process, see {@link NodeId}
 * @param faults the oldest first
 */
@Internal
public record FaultReport(String node, List<FaultEvents.TimedFault> faults)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** Copies the faults. */
    public FaultReport {
        faults = List.copyOf(faults);
    }
}
