package io.flinkgpu.connectors.mark;

import io.flinkgpu.state.savepoint.SavepointFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * The run that a job goes on with, so far as its checkpoint or savepoint tells.
 *
 * <p>Touches the names that {@link AbstractFsCheckpointStorageAccess} of Flink 2.3 gives
 * directories.
 *
 * @param path of the directory or its metadata file
 * @param endUid the uid of the operator that writes the end of the run's input
 */
record RestoredRun(String path, String endUid) implements Serializable {

    private static final int JOB_CHARACTERS_IN_SAVEPOINT = 6;

    /**
     * Whether the run's input had ended, so that the job does not end it again.
     *
     * @throws IOException if it cannot be read
     */
    boolean hasEnded() throws IOException {
        return SavepointFile.load(path).getOperatorStates().stream()
                .filter(operator -> operator.getOperatorUid().filter(endUid::equals).isPresent())
                .anyMatch(OperatorState::isFullyFinished);
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
}
