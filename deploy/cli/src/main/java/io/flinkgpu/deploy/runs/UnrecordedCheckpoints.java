package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * Checkpoints that lie beside the newest one that the ledger knows, and are later; of a run that
 * has none, those that lie beside the folder of the run which it was resumed from.
 *
 * <p>A job manager that is killed may have completed a checkpoint, and sinks may have committed it,
 * before the ledger heard of it: going on from the one before would write their rows again. Flink
 * writes the metadata of a checkpoint before it tells anyone that it is complete.
 *
 * <p>Touches the names of folders that {@link AbstractFsCheckpointStorageAccess} of Flink 2.3
 * gives.
 */
final class UnrecordedCheckpoints {

    private static final Pattern NAME =
            Pattern.compile(AbstractFsCheckpointStorageAccess.CHECKPOINT_DIR_PREFIX + "(\\d+)");

    private UnrecordedCheckpoints() {}

    /** Ascending; none where the folder cannot be listed. */
    static List<LedgerEntry.CheckpointCompleted> after(LedgerEntry.CheckpointCompleted newest) {
        return in(new Path(newest.path()).getParent(), newest.run(), newest.id());
    }

    /**
     * Ascending; none for a run that was not resumed, or that keeps its checkpoints elsewhere than
     * the run before. Flink gives each job a folder of its id.
     */
    static List<LedgerEntry.CheckpointCompleted> ofResumed(LedgerEntry.RunBegun run) {
        Path former = run.origin() == null ? null : new Path(run.origin().checkpoint()).getParent();
        return former == null || former.getParent() == null
                ? List.of()
                : in(new Path(former.getParent(), run.job().id()), run.run(), 0);
    }

    private static List<LedgerEntry.CheckpointCompleted> in(Path folder, String run, long after) {
        List<LedgerEntry.CheckpointCompleted> found = new ArrayList<>();
        try {
            FileSystem files = folder.getFileSystem();
            FileStatus[] children = files.listStatus(folder);
            for (FileStatus child : children == null ? new FileStatus[0] : children) {
                Matcher name = NAME.matcher(child.getPath().getName());
                if (name.matches() && Long.parseLong(name.group(1)) > after) {
                    add(run, Long.parseLong(name.group(1)), child.getPath(), found);
                }
            }
        } catch (IOException | RuntimeException notListed) {
            return List.of();
        }
        found.sort(Comparator.comparingLong(LedgerEntry.CheckpointCompleted::id));
        return found;
    }

    private static void add(
            String run, long id, Path folder, List<LedgerEntry.CheckpointCompleted> found)
            throws IOException {
        Path metadata = new Path(folder, AbstractFsCheckpointStorageAccess.METADATA_FILE_NAME);
        if (folder.getFileSystem().exists(metadata)) {
            Instant completed =
                    Instant.ofEpochMilli(
                            folder.getFileSystem().getFileStatus(metadata).getModificationTime());
            found.add(
                    new LedgerEntry.CheckpointCompleted(
                            run, id, folder.toString(), 0, Duration.ZERO, completed, false));
        }
    }
}
