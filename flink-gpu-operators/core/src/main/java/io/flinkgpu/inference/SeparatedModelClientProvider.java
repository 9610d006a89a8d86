package io.flinkgpu.inference;

import io.flinkgpu.inference.ledger.StagePlan;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.operator.SubtaskPlace;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import io.flinkgpu.inference.pool.discovery.PoolWatches;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** Connects subtasks to pools; those of a process share router and connections. */
final class SeparatedModelClientProvider implements ModelClientProvider {

    private static final long serialVersionUID = 1L;

    private final ModelRef model;
    private final PoolClientConfig config;

    SeparatedModelClientProvider(ModelRef model, PoolClientConfig config) {
        this.model = model;
        this.config = config;
    }

    /**
     * A client that waits for members; returns at once.
     *
     * @throws IOException if a file that the security options name cannot be used
     */
    @Override
    public ModelClient connect(SubtaskPlace subtask) throws IOException {
        return RemoteModelClient.connect(model, config, subtask.localAddress());
    }

    @Override
    public List<PoolAddress> pools() {
        return config.pools();
    }

    @Override
    public MembershipWatch watchPools(Configuration options, MembershipListener listener) {
        return PoolWatches.ofProcess().watch(config.pools(), options, listener);
    }

    @Override
    public StagePlan plan() {
        return new StagePlan(
                InferenceMode.SEPARATED.displayName(),
                "",
                model.toString(),
                model.version(),
                model.options().getOrDefault(ModelRef.SHA256, ""));
    }
}
