package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A checkpoint or savepoint that a job can go on from.
 *
 * @param path to restore from
 * @param checkpoint what the ledger knows of it; null: nothing, as where the user names a path
 */
@Internal
public record RestorePoint(String path, @Nullable LedgerEntry.CheckpointCompleted checkpoint) {

    /** How {@code --from} names it. */
    public String idOrPath() {
        return checkpoint == null ? path : Long.toString(checkpoint.id());
    }

    static RestorePoint of(LedgerEntry.CheckpointCompleted checkpoint) {
        return new RestorePoint(checkpoint.path(), checkpoint);
    }

    @Override
    public String toString() {
        if (checkpoint == null) {
            return path;
        }
        return "%s %d of run %s (%s)"
                .formatted(
                        checkpoint.savepoint() ? "savepoint" : "checkpoint",
                        checkpoint.id(),
                        checkpoint.run(),
                        path);
    }
}
