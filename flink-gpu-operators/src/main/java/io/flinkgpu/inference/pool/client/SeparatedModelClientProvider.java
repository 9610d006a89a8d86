package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.pool.PoolAddress;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Connects subtasks to pools. */
public final class SeparatedModelClientProvider implements ModelClientProvider {

    private static final long serialVersionUID = 1L;

    private final ModelRef model;
    private final PoolClientConfig config;

    public SeparatedModelClientProvider(ModelRef model, PoolClientConfig config) {
        this.model = model;
        this.config = config;
    }

    @Override
    public ModelClient connect(RuntimeContext subtask) {
        throw new UnsupportedOperationException("Cannot connect " + model);
    }

    @Override
    public List<PoolAddress> pools() {
        return config.pools();
    }
}
