package io.flinkgpu.deploy.rest;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/**
 * One vertex of a running job graph: a chain of operators.
 *
 * @param id the vertex id in hexadecimal digits
 * @param name the names of the chained operators, as the web UI shows them
 * @param subtasks its current attempts, by index
 */
@Internal
public record VertexInfo(String id, String name, List<SubtaskInfo> subtasks) {

    /** Copies the list. */
    public VertexInfo {
        subtasks = List.copyOf(subtasks);
    }

    /** The ids of the task managers that run the subtasks, in order, without the unassigned. */
    public Set<String> taskManagers() {
        Set<String> ids = new TreeSet<>();
        subtasks.stream()
                .filter(SubtaskInfo::isPlaced)
                .forEach(subtask -> ids.add(subtask.taskManagerId()));
        return ids;
    }

    /** How many subtasks wait for a slot. */
    public long waiting() {
        return subtasks.stream().filter(SubtaskInfo::waitsForSlot).count();
    }

    /** Records that all subtasks have read, from network edges: 0 for a source. */
    public long recordsRead() {
        return subtasks.stream().mapToLong(SubtaskInfo::recordsRead).sum();
    }

    /** Records that all subtasks have written to network edges: 0 for a sink. */
    public long recordsWritten() {
        return subtasks.stream().mapToLong(SubtaskInfo::recordsWritten).sum();
    }
}
