package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.execution.ExecutionState;

/**
 * The current attempt of one subtask.
 *
 * @param taskManagerId where it runs, or {@code (unassigned)} before it has a slot
 * @param recordsRead records read from network edges so far
 * @param recordsWritten records written to network edges so far
 */
@Internal
public record SubtaskInfo(
        int index,
        ExecutionState state,
        int attempt,
        String taskManagerId,
        long recordsRead,
        long recordsWritten) {

    private static final String UNASSIGNED = "(unassigned)";

    @JsonCreator
    static SubtaskInfo fromRest(
            @JsonProperty("subtask") int index,
            @JsonProperty("status") ExecutionState state,
            @JsonProperty("attempt") int attempt,
            @JsonProperty("taskmanager-id") String taskManagerId,
            @JsonProperty("metrics") Metrics metrics) {
        return new SubtaskInfo(
                index,
                state,
                attempt,
                taskManagerId,
                metrics.recordsRead(),
                metrics.recordsWritten());
    }

    /** Whether the subtask has a slot on a task manager. */
    public boolean isPlaced() {
        return !UNASSIGNED.equals(taskManagerId);
    }

    /** Whether the subtask is to run and has no slot. */
    boolean waitsForSlot() {
        return !isPlaced()
                && (state == ExecutionState.CREATED || state == ExecutionState.SCHEDULED);
    }

    /** The part of Flink's I/O metrics that is read. */
    record Metrics(
            @JsonProperty("read-records") long recordsRead,
            @JsonProperty("write-records") long recordsWritten) {}
}
