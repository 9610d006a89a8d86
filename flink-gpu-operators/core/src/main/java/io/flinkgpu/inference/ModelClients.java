package io.flinkgpu.inference;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.operator.FusedModelClientProvider;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.discovery.PoolDiscoveries;
import io.flinkgpu.resources.StageProfile;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Chooses how subtasks reach a model by the settings: the model host of their process, or pools.
 *
 * <pre>{@code
 * ModelClientProvider clients =
 *         ModelClients.of(ModelRef.savedModel("/models/digits"), null, settings);
 * }</pre>
 */
@Internal
public final class ModelClients {

    private ModelClients() {}

    /**
     * Clients of a model, which subtasks connect when they open.
     *
     * @param profile what a subtask needs; null: the processor. Pools have devices of their own
     * @param settings the job's, with the stage's over them
     * @throws IllegalConfigurationException naming invalid options
     * @throws IllegalArgumentException naming a pool's address that nobody can read
     */
    public static ModelClientProvider of(
            ModelRef model, @Nullable StageProfile profile, Configuration settings) {
        return mode(settings) == InferenceMode.SEPARATED
                ? separated(model, settings)
                : fused(model, profile, InferenceConfig.from(settings));
    }

    /** Where the model runs: as the settings say, or as the environment does. */
    public static InferenceMode mode(ReadableConfig settings) {
        return settings.getOptional(InferenceOptions.MODE)
                .orElseGet(() -> InferenceMode.from(System.getenv()));
    }

    private static ModelClientProvider separated(ModelRef model, Configuration settings) {
        PoolClientConfig config = PoolClientConfig.from(settings, System.getenv());
        PoolDiscoveries discoveries =
                PoolDiscoveries.load(Thread.currentThread().getContextClassLoader());
        // An address that nobody can read is refused here, and not by the running job.
        config.pools().forEach(pool -> discoveries.open(pool, settings).close());
        return new SeparatedModelClientProvider(model, config);
    }

    private static ModelClientProvider fused(
            ModelRef model, @Nullable StageProfile profile, InferenceConfig config) {
        ModelUse use =
                new ModelUse(
                        config.maxBatchSize(),
                        config.runThreads(),
                        config.modelLinger(),
                        config.limits().maxRunTime(),
                        config.limits().loadTimeout());
        return new FusedModelClientProvider(model, use, profile);
    }
}
