package io.flinkgpu.inference.ledger;

import io.flinkgpu.state.ledger.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import javax.annotation.Nullable;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsHistory;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;
import org.apache.flink.util.SerializedThrowable;

/**
 * What the job master knows of a job and the ledger wants to.
 *
 * <p>Touches {@link ExecutionGraph} of Flink 2.3 and its statistics of checkpoints, which name
 * path, size and duration of the newest ones, savepoints included. Not thread-safe.
 */
final class WatchedJob {

    private final ExecutionGraph graph;
    private final Set<Long> told = new HashSet<>();

    WatchedJob(ExecutionGraph graph) {
        this.graph = graph;
    }

    /** Whether this is a view of the graph. */
    boolean isOf(ExecutionGraph other) {
        return graph == other;
    }

    LedgerEntry.Job job() {
        return new LedgerEntry.Job(graph.getJobID().toHexString(), graph.getJobName());
    }

    /** The path of the checkpoint that the job was restored from; empty: none. */
    Optional<String> restoredFrom() {
        return statistics()
                .map(CheckpointStatsSnapshot::getLatestRestoredCheckpoint)
                .map(restored -> restored.getExternalPath());
    }

    /** Checkpoints that have completed since this was last called, by their ids. */
    List<LedgerEntry.CheckpointCompleted> newCheckpoints(String run) {
        TreeMap<Long, CompletedCheckpointStats> completed = new TreeMap<>();
        statistics()
                .map(CheckpointStatsSnapshot::getHistory)
                .ifPresent(
                        history ->
                                all(history)
                                        .forEach(
                                                each ->
                                                        completed.put(
                                                                each.getCheckpointId(), each)));
        told.retainAll(completed.keySet());
        List<LedgerEntry.CheckpointCompleted> untold = new ArrayList<>();
        completed.forEach(
                (id, checkpoint) -> {
                    if (checkpoint.getExternalPath() != null && told.add(id)) {
                        untold.add(entry(run, checkpoint));
                    }
                });
        return untold;
    }

    /** Why the job has failed; empty: not known. */
    String failure() {
        return describe(graph.getFailureInfo());
    }

    /** Why a task has failed, the latest one; empty: none has. */
    String taskFailure() {
        return StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                .flatMap(vertex -> vertex.getCurrentExecutionAttempt().getFailureInfo().stream())
                .max(Comparator.comparingLong(ErrorInfo::getTimestamp))
                .map(WatchedJob::describe)
                .orElse("");
    }

    private Optional<CheckpointStatsSnapshot> statistics() {
        return Optional.ofNullable(graph.getCheckpointStatsSnapshot());
    }

    /** The history may have no length; the newest ones are known in any case. */
    private static List<CompletedCheckpointStats> all(CheckpointStatsHistory history) {
        List<CompletedCheckpointStats> completed = new ArrayList<>();
        for (AbstractCheckpointStats each : history.getCheckpoints()) {
            if (each instanceof CompletedCheckpointStats checkpoint) {
                completed.add(checkpoint);
            }
        }
        Optional.ofNullable(history.getLatestCompletedCheckpoint()).ifPresent(completed::add);
        Optional.ofNullable(history.getLatestSavepoint()).ifPresent(completed::add);
        return completed;
    }

    private static LedgerEntry.CheckpointCompleted entry(
            String run, CompletedCheckpointStats checkpoint) {
        long millis = checkpoint.getEndToEndDuration();
        return new LedgerEntry.CheckpointCompleted(
                run,
                checkpoint.getCheckpointId(),
                checkpoint.getExternalPath(),
                checkpoint.getStateSize(),
                Duration.ofMillis(millis),
                Instant.ofEpochMilli(checkpoint.getTriggerTimestamp() + millis),
                checkpoint.getProperties().isSavepoint());
    }

    /** The first cause: what Flink wraps around it says where, but not why. */
    private static String describe(@Nullable ErrorInfo error) {
        if (error == null) {
            return "";
        }
        Throwable cause = error.getException();
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        // A serialized one has the name of its class in its message.
        return cause instanceof SerializedThrowable ? cause.getMessage() : cause.toString();
    }
}
