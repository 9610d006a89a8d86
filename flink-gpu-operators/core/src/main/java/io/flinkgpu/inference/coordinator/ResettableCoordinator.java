package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.ledger.RunRecorder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.annotation.Nullable;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.RecreateOnResetOperatorCoordinator;

/**
 * The coordinator that Flink holds: one that is created anew with each reset, and answers requests.
 *
 * <p>{@link RecreateOnResetOperatorCoordinator} of Flink 2.3 passes on everything but requests,
 * which Flink gives to the coordinator that it holds. In between two coordinators nobody answers.
 * Job master's main thread.
 */
final class ResettableCoordinator implements OperatorCoordinator, CoordinationRequestHandler {

    private final OperatorID operatorId;
    private final boolean reusesAnswers;
    private final Context context;
    private final RunRecorder recorder;
    private final OperatorCoordinator recreated;
    @Nullable private volatile InferenceCoordinator current;

    /**
     * Creates the first coordinator.
     *
     * @param reusesAnswers whether rows are dealt out to the operator by their content
     * @param recorder outlives the coordinators, and is closed with the last
     * @param coordinators makes one for each reset
     */
    ResettableCoordinator(
            OperatorID operatorId,
            boolean reusesAnswers,
            Context context,
            RunRecorder recorder,
            Function<Context, InferenceCoordinator> coordinators)
            throws Exception {
        this.operatorId = operatorId;
        this.reusesAnswers = reusesAnswers;
        this.context = context;
        this.recorder = recorder;
        this.recreated =
                new RecreateOnResetOperatorCoordinator.Provider(operatorId) {

                    private static final long serialVersionUID = 1L;

                    @Override
                    protected OperatorCoordinator getCoordinator(Context quiesceable) {
                        InferenceCoordinator created = coordinators.apply(quiesceable);
                        current = created;
                        return created;
                    }
                }.create(context);
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        InferenceCoordinator answering = current;
        return answering == null
                ? CompletableFuture.failedFuture(
                        new IllegalStateException(
                                "Cannot answer: the job is being reset to a checkpoint. Ask again."))
                : answering.handleCoordinationRequest(request);
    }

    /** A job that has lost rows by being restored does not run. */
    @Override
    public void start() throws Exception {
        CheckpointCoordinator checkpoints = context.getCheckpointCoordinator();
        Optional<String> lost = checkpoints == null ? Optional.empty() : lostRows(checkpoints);
        if (lost.isPresent()) {
            context.failJob(new SuppressRestartsException(new IllegalStateException(lost.get())));
            return;
        }
        recreated.start();
    }

    private Optional<String> lostRows(CheckpointCoordinator checkpoints) throws Exception {
        Optional<String> inChains = InFlightGuard.lostRows(checkpoints);
        return inChains.isPresent()
                ? inChains
                : DealingGuard.lostRows(checkpoints, operatorId, reusesAnswers);
    }

    @Override
    public void close() throws Exception {
        try {
            recreated.close();
        } finally {
            recorder.close();
        }
    }

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event)
            throws Exception {
        recreated.handleEventFromOperator(subtask, attemptNumber, event);
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {
        recreated.executionAttemptReady(subtask, attemptNumber, gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, @Nullable Throwable reason) {
        recreated.executionAttemptFailed(subtask, attemptNumber, reason);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        recreated.subtaskReset(subtask, checkpointId);
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> result)
            throws Exception {
        recreated.checkpointCoordinator(checkpointId, result);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        recreated.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) {
        recreated.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void resetToCheckpoint(long checkpointId, @Nullable byte[] checkpointData)
            throws Exception {
        current = null;
        recreated.resetToCheckpoint(checkpointId, checkpointData);
    }

    @Override
    public boolean supportsBatchSnapshot() {
        return recreated.supportsBatchSnapshot();
    }
}
