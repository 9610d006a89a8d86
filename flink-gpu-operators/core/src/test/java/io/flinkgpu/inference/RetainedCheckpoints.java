package io.flinkgpu.inference;

import io.flinkgpu.state.savepoint.SavepointFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.awaitility.Awaitility;

/** The checkpoints of a job, and what they hold, as their metadata say. */
final class RetainedCheckpoints {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Path directory;

    /** Those of all jobs with these checkpoints' directory. */
    RetainedCheckpoints(Path directory) {
        this.directory = directory;
    }

    /** Has a job write its checkpoints here, and leave them when it is cancelled. */
    Configuration addTo(Configuration settings, Duration interval) {
        return settings.set(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString())
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval)
                .set(
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    }

    /** Waits for a checkpoint that holds what a test needs. */
    Path await(JobClient job, Predicate<Contents> fit) {
        return Awaitility.await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .failFast(
                        "the job has ended",
                        () -> job.getJobStatus().get().isGloballyTerminalState())
                .until(() -> latestThat(job, fit), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Path> latestThat(JobClient job, Predicate<Contents> fit) throws IOException {
        Optional<Path> latest = latest(job);
        return latest.isPresent() && fit.test(contents(latest.get())) ? latest : Optional.empty();
    }

    private Optional<Path> latest(JobClient job) throws IOException {
        Path ofJob = directory.resolve(job.getJobID().toString());
        if (!Files.isDirectory(ofJob)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(ofJob)) {
            return all.filter(path -> Files.exists(path.resolve("_metadata")))
                    .max(Comparator.comparingInt(RetainedCheckpoints::number));
        }
    }

    private static int number(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /** What a checkpoint or savepoint holds. */
    static Contents contents(Path checkpoint) throws IOException {
        return new Contents(SavepointFile.load(checkpoint.toUri().toString()));
    }

    /** What the metadata of a checkpoint say; operators are named by their uid. */
    record Contents(CheckpointMetadata metadata) {

        /** Whether rows that were sent to an operator had not reached it. */
        boolean hasRowsInFrontOf(String uid) {
            return subtasks(uid).anyMatch(state -> !state.getInputChannelState().isEmpty());
        }

        /** Whether rows that an operator had emitted had not been sent. */
        boolean hasRowsBehind(String uid) {
            return subtasks(uid).anyMatch(state -> !state.getResultSubpartitionState().isEmpty());
        }

        /** Whether all subtasks of an operator had finished. */
        boolean hasFinished(String uid) {
            return operators(uid).anyMatch(OperatorState::isFullyFinished);
        }

        /** Whether some subtasks of an operator had finished, and others had not. */
        boolean hasPartlyFinished(String uid) {
            return !hasFinished(uid) && subtasks(uid).anyMatch(OperatorSubtaskState::isFinished);
        }

        private Stream<OperatorSubtaskState> subtasks(String uid) {
            return operators(uid).flatMap(operator -> operator.getStates().stream());
        }

        private Stream<OperatorState> operators(String uid) {
            return metadata.getOperatorStates().stream()
                    .filter(operator -> operator.getOperatorUid().orElse("").equals(uid));
        }
    }
}
