package io.flinkgpu.connectors.mark;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * The run that a job goes on with, so far as its checkpoint or savepoint tells.
 *
 * <p>Touches {@link Checkpoints#loadCheckpointMetadata} and the names that {@link
 * AbstractFsCheckpointStorageAccess} gives directories, of Flink 2.3.
 *
 * @param path of the directory or its metadata file
 */
record RestoredRun(String path) {

    private static final int JOB_CHARACTERS_IN_SAVEPOINT = 6;

    static RestoredRun at(String path) {
        return new RestoredRun(path);
    }

    /**
     * Whether the run's input had ended, so that the job does not end it again.
     *
     * @throws IOException if it cannot be read
     */
    boolean hasEnded() throws IOException {
        List<OperatorState> ends =
                operators().stream()
                        .filter(
                                operator ->
                                        operator.getOperatorUid()
                                                .filter(RunMarks::isEnd)
                                                .isPresent())
                        .toList();
        return !ends.isEmpty() && ends.stream().allMatch(OperatorState::isFullyFinished);
    }

    /** Whether a directory has the name that this job gives: its id, or how a savepoint begins. */
    boolean isOf(String job) {
        return Arrays.stream(path.split("/")).anyMatch(name -> isOf(job, name));
    }

    private static boolean isOf(String job, String directory) {
        return directory.equals(job)
                || (job.length() > JOB_CHARACTERS_IN_SAVEPOINT
                        && directory.startsWith(
                                "savepoint-%s-"
                                        .formatted(job.substring(0, JOB_CHARACTERS_IN_SAVEPOINT))));
    }

    private Collection<OperatorState> operators() throws IOException {
        try (FSDataInputStream file =
                        AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path)
                                .getMetadataHandle()
                                .openInputStream();
                DataInputStream data = new DataInputStream(file)) {
            return Checkpoints.loadCheckpointMetadata(
                            data, RestoredRun.class.getClassLoader(), path)
                    .getOperatorStates();
        }
    }
}
