package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.FaultLog;
import io.flinkgpu.inference.health.NodeBlocklist;
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

    /**
     * Describes the coordinator.
     *
     * @param pools to watch; empty where the model runs in the job's own task managers
     * @param options of the job
     * @param usesDevices whether subtasks lease devices, so that nodes may have to be blocked
     */
    public InferenceCoordinatorProvider(
            OperatorID operatorId,
            List<PoolAddress> pools,
            Map<String, String> options,
            boolean usesDevices) {
        this.operatorId = operatorId;
        this.pools = List.copyOf(pools);
        this.options = Map.copyOf(options);
        this.usesDevices = usesDevices;
    }

    @Override
    public OperatorID getOperatorId() {
        return operatorId;
    }

    @Override
    public OperatorCoordinator create(OperatorCoordinator.Context context) throws Exception {
        return new ResettableCoordinator(operatorId, context, this::coordinator);
    }

    private InferenceCoordinator coordinator(OperatorCoordinator.Context context) {
        Configuration ofJob = Configuration.fromMap(options);
        FaultLog faults = FaultLog.ofJob(context.getJobID(), operatorId);
        return new InferenceCoordinator(
                pools,
                ofJob,
                context.getUserCodeClassloader(),
                NodeBlocklist.ofCluster(options, usesDevices, faults),
                faults);
    }
}
