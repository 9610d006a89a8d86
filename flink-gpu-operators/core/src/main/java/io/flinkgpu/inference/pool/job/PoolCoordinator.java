package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.HealthReport;
import io.flinkgpu.inference.health.HealthRequests;
import io.flinkgpu.inference.health.NodeBlocklist;
import io.flinkgpu.inference.line.LineRequest;
import io.flinkgpu.inference.line.SubtaskLines;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationRequestHandler;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The job-master side of a pool: its {@link Registry}, reached over the job manager's REST API, and
 * the nodes that are blocked for it.
 *
 * <p>Touches {@link OperatorCoordinator} and {@link CoordinationRequestHandler} of Flink 2.3. A
 * restart of the job makes a new one, to which the replicas report again. A replica whose device is
 * blocked, or ought to be, is told to start anew once Flink knows whether its node is blocked, so
 * that it finds another one. It keeps nothing in checkpoints. Flink calls it in the job master's
 * main thread.
 */
final class PoolCoordinator implements OperatorCoordinator, CoordinationRequestHandler {

    /** Room for this many changes between two coordinators that are made in different ms. */
    private static final int VERSION_BITS = 20;

    private final Registry registry;
    private final NodeBlocklist blocklist;
    private final FaultLog faults;
    private final SubtaskLines subtasks = new SubtaskLines(this::handleEventFromOperator);

    PoolCoordinator(int replicas, NodeBlocklist blocklist, FaultLog faults) {
        this.faults = faults;
        this.blocklist = blocklist;
        this.registry = new Registry(replicas, System.currentTimeMillis() << VERSION_BITS);
    }

    /** Creates the coordinator in the job master. */
    record Provider(OperatorID operatorId, Map<String, String> options, boolean usesDevices)
            implements OperatorCoordinator.Provider {

        @Override
        public OperatorID getOperatorId() {
            return operatorId;
        }

        @Override
        public OperatorCoordinator create(Context context) {
            FaultLog faults = FaultLog.ofJob(context.getJobID(), operatorId);
            return new PoolCoordinator(
                    context.currentParallelism(),
                    NodeBlocklist.ofCluster(options, usesDevices, faults),
                    faults);
        }
    }

    @Override
    public void start() {}

    @Override
    public void handleEventFromOperator(int subtask, int attemptNumber, OperatorEvent event) {
        if (event instanceof ReplicaReport report) {
            registry.report(subtask, report.replica());
        } else if (event instanceof HealthReport report) {
            CompletableFuture<?> unused =
                    blocklist.reported(report).thenRun(() -> startAnew(subtask, report));
        } else if (event instanceof FaultLog.Report report) {
            faults.add(report);
        } else {
            throw new IllegalArgumentException(
                    "Invalid event for the pool's registry: "
                            + event
                            + ". It takes reports of replicas, of health and of faults.");
        }
    }

    /** A node that leaves finishes what it has. */
    private void startAnew(int subtask, HealthReport report) {
        if (report.kind() != HealthReport.Kind.NODE_LEAVING) {
            subtasks.tell(subtask, new StartAnew(report.cause()));
        }
    }

    @Override
    public CompletableFuture<CoordinationResponse> handleCoordinationRequest(
            CoordinationRequest request) {
        if (request instanceof LineRequest ofSubtask) {
            return subtasks.answer(ofSubtask);
        }
        if (!(request instanceof MembersRequest question)) {
            return HealthRequests.answer(request, blocklist, faults, subtasks::tellAll);
        }
        return registry.members(question.knownVersion(), question.patience())
                .thenApply(members -> members);
    }

    @Override
    public void executionAttemptReady(int subtask, int attemptNumber, SubtaskGateway gateway) {
        subtasks.connect(gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attemptNumber, @Nullable Throwable reason) {
        forget(subtask);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        forget(subtask);
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
    public void close() {
        blocklist.close();
        faults.close();
    }

    private void forget(int subtask) {
        subtasks.disconnect(subtask);
        registry.remove(subtask);
    }
}
