package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.NodeBlocklist;
import io.flinkgpu.inference.ledger.RunRecorder;
import io.flinkgpu.inference.ledger.StagePlan;
import io.flinkgpu.inference.pool.PoolAddress;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;

/**
 * Creates an operator's coordinator in the job master, and a new one whenever the job is reset to a
 * checkpoint while it runs.
 */
@Internal
public final class InferenceCoordinatorProvider implements OperatorCoordinator.Provider {

    private static final long serialVersionUID = 1L;

    private final OperatorID operatorId;
    private final List<PoolAddress> pools;
    private final Map<String, String> options;
    private final boolean usesDevices;
    private final boolean reusesAnswers;
    private final String operatorName;
    private final StagePlan plan;

    /**
     * Describes the coordinator.
     *
     * @param operatorName as the job's plan shows it
     * @param plan what the ledger is told of the stage
     * @param pools to watch; empty where the model runs in the job's own task managers
     * @param options of the job
     * @param usesDevices whether subtasks lease devices, so that nodes may have to be blocked
     * @param reusesAnswers whether rows are dealt out to the operator by their content
     */
    public InferenceCoordinatorProvider(
            OperatorID operatorId,
            String operatorName,
            StagePlan plan,
            List<PoolAddress> pools,
            Map<String, String> options,
            boolean usesDevices,
            boolean reusesAnswers) {
        this.operatorId = operatorId;
        this.operatorName = operatorName;
        this.plan = plan;
        this.pools = List.copyOf(pools);
        this.options = Map.copyOf(options);
        this.usesDevices = usesDevices;
        this.reusesAnswers = reusesAnswers;
    }

    @Override
    public OperatorID getOperatorId() {
        return operatorId;
    }

    @Override
    public OperatorCoordinator create(OperatorCoordinator.Context context) throws Exception {
        RunRecorder recorder = RunRecorder.of(context, stage(context), options);
        return new ResettableCoordinator(
                operatorId,
                reusesAnswers,
                context,
                recorder,
                quiesceable -> coordinator(quiesceable, recorder));
    }

    private RunRecorder.Stage stage(OperatorCoordinator.Context context) {
        return new RunRecorder.Stage(
                operatorName, plan, () -> JobTasks.graph(context.getCheckpointCoordinator()));
    }

    private InferenceCoordinator coordinator(
            OperatorCoordinator.Context context, RunRecorder recorder) {
        Configuration ofJob = Configuration.fromMap(options);
        FaultLog faults = FaultLog.ofJob(context.getJobID(), operatorId);
        faults.listen(recorder::faultHappened);
        return new InferenceCoordinator(
                pools,
                ofJob,
                context.getUserCodeClassloader(),
                NodeBlocklist.ofCluster(options, usesDevices, faults),
                faults,
                recorder);
    }
}
