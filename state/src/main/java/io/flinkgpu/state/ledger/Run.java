package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * How a run stands.
 *
 * @param begun as it was first told
 * @param lastSeen time of the latest entry
 * @param ended null: not that the ledger knows
 * @param stages by their names
 * @param checkpoint the newest one; null: none
 * @param checkpointGap the longest time between two of its newest checkpoints, or from its start to
 *     the first one; zero: it has none
 * @param progress the newest of each operator, by operator id
 */
@Internal
public record Run(
        LedgerEntry.RunBegun begun,
        Instant lastSeen,
        @Nullable LedgerEntry.RunEnded ended,
        List<LedgerEntry.StageDescribed> stages,
        @Nullable LedgerEntry.CheckpointCompleted checkpoint,
        Duration checkpointGap,
        List<LedgerEntry.OperatorProgress> progress) {

    /** Copies the lists. */
    public Run {
        stages = List.copyOf(stages);
        progress = List.copyOf(progress);
    }

    /** Its id. */
    public String id() {
        return begun.run();
    }
}
