package io.flinkgpu.inference;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;

/** Savepoints of jobs that end in {@link SeenOnce}. */
final class Savepoints {

    private static final int FIRST_ROWS = 50;
    private static final Duration LONG = Duration.ofSeconds(60);

    private Savepoints() {}

    /** Starts the job and waits until some rows have come out. */
    static JobClient startAndAwaitRows(StreamExecutionEnvironment environment) throws Exception {
        int before = SeenOnce.seen().cardinality();
        JobClient job = environment.executeAsync();
        Awaitility.await()
                .atMost(LONG)
                .until(
                        () ->
                                job.getJobStatus().get() == JobStatus.RUNNING
                                        && SeenOnce.seen().cardinality() > before + FIRST_ROWS);
        return job;
    }

    /**
     * Stops the job with a savepoint.
     *
     * @param directory of its savepoints
     * @return the savepoint's path
     */
    static String stop(JobClient job, boolean drain, Path directory) throws Exception {
        return job.stopWithSavepoint(
                        drain, directory.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
    }

    /** Settings of a job that goes on from a savepoint. */
    static Configuration restoring(String savepoint) {
        return new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
}
