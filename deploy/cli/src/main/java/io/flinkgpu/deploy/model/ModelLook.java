package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.job.element.ModelSignatures;
import io.flinkgpu.job.infer.HostedSignatures;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/** Looks at the models of a job file: those of pools by asking there, others by loading them. */
@Internal
public final class ModelLook implements ModelSignatures {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Configuration settings;
    private final HostedSignatures hosted;

    /** Looks with the model host of this process, whose cache the settings describe. */
    public ModelLook(Configuration settings) {
        this.settings = settings;
        ModelHost.ofProcess().cacheModels(ModelCacheConfig.from(settings));
        hosted = new HostedSignatures(ModelHost.ofProcess());
    }

    @Override
    public ModelSignature of(ModelRef model, List<String> pools) throws Exception {
        if (pools.isEmpty()) {
            return hosted.of(model, pools);
        }
        try (PoolSubject subject =
                PoolSubject.ask(
                        new ServedModel(model.servedName(), model.servedVersion()),
                        PoolAddress.parse(pools.get(0)),
                        settings,
                        PATIENCE)) {
            return subject.model().signature();
        }
    }
}
