package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ledger.StagePlan;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** Connects a subtask to its model; the one place where the inference modes differ. */
@Internal
@FunctionalInterface
public interface ModelClientProvider extends Serializable {

    /**
     * A client for the subtask, which owns it; returns before the model is loaded.
     *
     * @throws Exception if the subtask cannot have the device that its profile asks for
     */
    ModelClient connect(SubtaskPlace subtask) throws Exception;

    /**
     * The pools whose members the job's coordinator watches for the clients; empty where the model
     * runs in the subtask's process.
     */
    default List<PoolAddress> pools() {
        return List.of();
    }

    /**
     * Has a watch of the process tell the members of the {@link #pools()}, for a subtask without a
     * coordinator.
     *
     * @param options of the job, for the discovery
     * @param listener hears of the members at once and with each change; any thread, must return at
     *     once
     */
    default MembershipWatch watchPools(Configuration options, MembershipListener listener) {
        return () -> {};
    }

    /** What the ledger is told of the model and where it runs. */
    default StagePlan plan() {
        return StagePlan.UNKNOWN;
    }

    /** Whether subtasks lease devices of their processes. */
    default boolean leasesDevices() {
        return false;
    }
}
