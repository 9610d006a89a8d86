package io.flinkgpu.inference.coordinator;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.executiongraph.ExecutionJobVertex;
import org.apache.flink.runtime.executiongraph.IntermediateResult;
import org.apache.flink.runtime.jobgraph.OperatorID;

/**
 * Notices that a restored checkpoint holds rows on the way to a stage which were dealt out by
 * another rule than the job's.
 *
 * <p>With reuse of answers rows are dealt out by their content, without it in turn. At another
 * parallelism Flink gives a subtask the rows that lay on the way to those which had its keys, and
 * drops what is not its own: rows that were dealt out in turn are lost.
 */
final class DealingGuard {

    private DealingGuard() {}

    /**
     * The stage in the job that is restored.
     *
     * @param ids those of its operator
     * @param senders the operators whose output it reads
     */
    record Stage(
            Set<OperatorID> ids, int parallelism, boolean reusesAnswers, Set<OperatorID> senders) {}

    /**
     * What to tell people about the rows that the restored checkpoint may lose; empty if it loses
     * none, or there is none.
     *
     * @throws IllegalStateException if this version of Flink keeps its tasks elsewhere
     */
    static Optional<String> lostRows(
            CheckpointCoordinator checkpoints, OperatorID operator, boolean reusesAnswers)
            throws Exception {
        CompletedCheckpoint restored = checkpoints.getCheckpointStore().getLatestCheckpoint();
        if (restored == null) {
            return Optional.empty();
        }
        return JobTasks.of(checkpoints).stream()
                .filter(task -> OperatorIds.of(task.getOperatorIDs().stream()).contains(operator))
                .findFirst()
                .map(task -> stage(task, operator, reusesAnswers))
                .flatMap(
                        stage ->
                                lostRows(
                                        restored.getCheckpointID(),
                                        restored.getOperatorStates(),
                                        stage));
    }

    /** As above. */
    static Optional<String> lostRows(
            long checkpoint, Map<OperatorID, OperatorState> states, Stage stage) {
        return stage.ids().stream()
                .map(states::get)
                .filter(state -> state != null && loses(state, states, stage))
                .map(state -> message(checkpoint, state, stage))
                .findFirst();
    }

    private static boolean loses(
            OperatorState state, Map<OperatorID, OperatorState> states, Stage stage) {
        return state.getParallelism() != stage.parallelism()
                && reusedAnswers(state) != stage.reusesAnswers()
                && (InFlightGuard.holdsInput(state)
                        || stage.senders().stream()
                                .map(states::get)
                                .anyMatch(
                                        sender ->
                                                sender != null
                                                        && InFlightGuard.holdsOutput(sender)));
    }

    /** Kept answers are the only state with keys that a stage has; it is there if they are few. */
    private static boolean reusedAnswers(OperatorState state) {
        return state.getStates().stream()
                .map(OperatorSubtaskState::getManagedKeyedState)
                .anyMatch(keyed -> !keyed.isEmpty());
    }

    private static Stage stage(
            ExecutionJobVertex task, OperatorID operator, boolean reusesAnswers) {
        return new Stage(
                OperatorIds.of(
                        task.getOperatorIDs().stream()
                                .filter(pair -> OperatorIds.of(pair).contains(operator))),
                task.getParallelism(),
                reusesAnswers,
                OperatorIds.of(
                        task.getInputs().stream()
                                .map(IntermediateResult::getProducer)
                                .map(sender -> sender.getOperatorIDs().get(0))));
    }

    private static String message(long checkpoint, OperatorState state, Stage stage) {
        return "Cannot restore checkpoint %d: it holds rows in flight to stage '%s', which were dealt out %s reuse of answers at parallelism %d, and the stage is %s it at parallelism %d now. Flink would lose some of these rows. Restore with the parallelism that the checkpoint was taken with, or from a savepoint, or %s reuse."
                .formatted(
                        checkpoint,
                        state.getOperatorName().orElse(state.getOperatorID().toString()),
                        stage.reusesAnswers() ? "without" : "with",
                        state.getParallelism(),
                        stage.reusesAnswers() ? "with" : "without",
                        stage.parallelism(),
                        stage.reusesAnswers() ? "without" : "with");
    }
}
