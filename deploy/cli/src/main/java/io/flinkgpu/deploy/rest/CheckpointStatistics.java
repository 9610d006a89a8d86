package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Checkpoints of one job.
 *
 * @param history the newest checkpoints, newest first; as many as {@code web.checkpoints.history}
 *     keeps
 */
@Internal
public record CheckpointStatistics(Counts counts, List<Checkpoint> history) {

    /** Reads Flink's answer. */
    @JsonCreator
    public CheckpointStatistics(
            @JsonProperty("counts") Counts counts,
            @JsonProperty("history") List<Checkpoint> history) {
        this.counts = counts;
        this.history = List.copyOf(history);
    }

    /**
     * End-to-end durations of the completed checkpoints in the history, oldest first, milliseconds.
     */
    public List<Long> completedMillis() {
        return history.stream()
                .filter(checkpoint -> checkpoint.isCompleted() && !checkpoint.savepoint())
                .sorted((left, right) -> Long.compare(left.id(), right.id()))
                .map(Checkpoint::endToEndMillis)
                .toList();
    }

    /** Numbers over the job's whole life, savepoints included. */
    public record Counts(
            @JsonProperty("restored") long restored,
            @JsonProperty("total") long total,
            @JsonProperty("in_progress") long inProgress,
            @JsonProperty("completed") long completed,
            @JsonProperty("failed") long failed) {}

    /**
     * One checkpoint.
     *
     * @param status {@code IN_PROGRESS}, {@code COMPLETED} or {@code FAILED}
     * @param triggeredAtMillis epoch milliseconds
     * @param endToEndMillis from the trigger to the last acknowledgement so far
     */
    public record Checkpoint(
            @JsonProperty("id") long id,
            @JsonProperty("status") String status,
            @JsonProperty("is_savepoint") boolean savepoint,
            @JsonProperty("trigger_timestamp") long triggeredAtMillis,
            @JsonProperty("end_to_end_duration") long endToEndMillis) {

        /** Whether it completed. */
        public boolean isCompleted() {
            return "COMPLETED".equals(status);
        }
    }
}
