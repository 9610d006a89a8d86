package io.flinkgpu.inference.ledger;

import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A subtask tells its coordinator what it had done when a checkpoint was taken.
 *
 * <p>Counts are part of the subtask's state: they go on where the restored checkpoint ends, and
 * {@code rowsIn} is always {@code rowsOut + deadLetters + inFlight}.
 *
 * @param deviceNanos that devices computed for the rows which have an answer
 * @param modelVersion that answered last; empty: none, or not known
 */
@Internal
public record ProgressReport(
        long checkpoint,
        long rowsIn,
        long rowsOut,
        long deadLetters,
        long inFlight,
        long deviceNanos,
        String modelVersion)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
