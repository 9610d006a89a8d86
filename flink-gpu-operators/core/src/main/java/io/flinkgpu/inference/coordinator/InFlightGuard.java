package io.flinkgpu.inference.coordinator;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.executiongraph.ExecutionJobVertex;
import org.apache.flink.runtime.jobgraph.OperatorID;

/**
 * Notices that a restored checkpoint holds rows which Flink drops without a word.
 *
 * <p>An unaligned checkpoint holds the rows between two tasks with the operators at the task's
 * ends: the last one of the sender, the first one of the receiver. {@code StateAssignmentOperation}
 * of Flink 2.3 looks for them at the ends of the new tasks alone. Where an edge has become part of
 * a chain, because both sides have the same parallelism now, neither operator is an end, and the
 * rows are lost.
 */
final class InFlightGuard {

    private InFlightGuard() {}

    /**
     * What to tell people about the rows that the restored checkpoint loses; empty if it loses
     * none, or there is none.
     *
     * @throws IllegalStateException if this version of Flink keeps its tasks elsewhere
     */
    static Optional<String> lostRows(CheckpointCoordinator checkpoints) throws Exception {
        CompletedCheckpoint restored = checkpoints.getCheckpointStore().getLatestCheckpoint();
        if (restored == null) {
            return Optional.empty();
        }
        List<List<OperatorIDPair>> tasks =
                JobTasks.of(checkpoints).stream().map(ExecutionJobVertex::getOperatorIDs).toList();
        return lostRows(restored.getCheckpointID(), restored.getOperatorStates(), tasks);
    }

    /**
     * As above.
     *
     * @param tasks the operators of each task, the last one of the chain first
     */
    static Optional<String> lostRows(
            long checkpoint,
            Map<OperatorID, OperatorState> states,
            List<List<OperatorIDPair>> tasks) {
        Set<OperatorID> known = OperatorIds.of(tasks.stream().flatMap(List::stream));
        Set<OperatorID> last = OperatorIds.of(tasks.stream().map(task -> task.get(0)));
        Set<OperatorID> first =
                OperatorIds.of(tasks.stream().map(task -> task.get(task.size() - 1)));
        Set<String> operators = new HashSet<>();
        states.forEach(
                (id, state) -> {
                    boolean loses =
                            (holdsInput(state) && !first.contains(id))
                                    || (holdsOutput(state) && !last.contains(id));
                    // What is left out of the job altogether is Flink's to refuse or allow.
                    if (known.contains(id) && loses) {
                        operators.add(nameOf(id, state));
                    }
                });
        return operators.isEmpty() ? Optional.empty() : Optional.of(message(checkpoint, operators));
    }

    private static String message(long checkpoint, Set<String> operators) {
        return "Cannot restore checkpoint %d: it holds rows in flight between tasks, at %s, where the job has one task now, since both sides of the edge have the same parallelism and are chained. Flink would lose these rows. Restore with the parallelism that the checkpoint was taken with, or from a savepoint, or put rebalance() on that edge."
                .formatted(
                        checkpoint,
                        operators.stream().sorted().collect(Collectors.joining("', '", "'", "'")));
    }

    /** Whether rows on the way to it are in flight. */
    static boolean holdsInput(OperatorState state) {
        return subtasks(state).anyMatch(subtask -> !subtask.getInputChannelState().isEmpty());
    }

    /** Whether rows on the way from it are in flight. */
    static boolean holdsOutput(OperatorState state) {
        return subtasks(state).anyMatch(subtask -> !subtask.getResultSubpartitionState().isEmpty());
    }

    private static Stream<OperatorSubtaskState> subtasks(OperatorState state) {
        return state.getStates().stream();
    }

    private static String nameOf(OperatorID id, OperatorState state) {
        return state.getOperatorName().orElse(id.toString());
    }
}
