package io.flinkgpu.inference.pool.job;

import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The job-master side of a pool: its {@link Registry}, reached over the job manager's REST API.
 *
 * <p>Touches {@link OperatorCoordinator} and {@link CoordinationRequestHandler} of Flink 2.3. A
 * restart of the job makes a new one, to which the replicas report again. It keeps nothing in
 * checkpoints. Flink calls it in the job master's main thread.
 */
final class PoolCoordinator implements OperatorCoordinator, CoordinationRequestHandler {

    /** Room for this many changes between two coordinators that are made in different ms. */
    private static final int VERSION_BITS = 20;

    private final Registry registry;

    PoolCoordinator(int replicas) {
        this.registry = new Registry(replicas, System.currentTimeMillis() << VERSION_BITS);
    }

    /** Creates the coordinator in the job master. */
    record Provider(OperatorID operatorId) implements OperatorCoordinator.Provider {

        @Override
        public OperatorID getOperatorId() {
            return operatorId;
        }

        @Override
        public OperatorCoordinator create(Context context) {
            return new PoolCoordinator(context.currentParallelism());
        }
    }

    @Override
    public void start() {}

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event) {
        if (!(event instanceof ReplicaReport report)) {
            throw new IllegalArgumentException(
                    "Invalid event for the pool's registry: "
                            + event
                            + ". It takes reports of replicas.");
        }
        registry.report(subtask, report.replica());
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        if (!(request instanceof MembersRequest question)) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException(
                            "Invalid request to the pool's registry: "
                                    + request
                                    + ". It tells the members."));
        }
        return registry.members(question.knownVersion(), question.patience())
                .thenApply(members -> members);
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {}

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, @Nullable Throwable reason) {
        registry.remove(subtask);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        registry.remove(subtask);
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> result) {
        result.complete(new byte[0]);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void resetToCheckpoint(long checkpointId, @Nullable byte[] checkpointData) {}

    @Override
    public void close() {}
}
