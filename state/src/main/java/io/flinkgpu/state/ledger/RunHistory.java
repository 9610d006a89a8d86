package io.flinkgpu.state.ledger;

import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * What happened in a run.
 *
 * @param checkpoints in the order of their ids
 * @param progress in the order of checkpoints, then by operator id
 * @param positions in the order of checkpoints, then by sink
 * @param events in the order of their times
 */
@Internal
public record RunHistory(
        List<LedgerEntry.CheckpointCompleted> checkpoints,
        List<LedgerEntry.OperatorProgress> progress,
        List<LedgerEntry.SinkPosition> positions,
        List<LedgerEntry.RunEvent> events) {

    /** Copies the lists. */
    public RunHistory {
        checkpoints = List.copyOf(checkpoints);
        progress = List.copyOf(progress);
        positions = List.copyOf(positions);
        events = List.copyOf(events);
    }
}
