package io.flinkgpu.table.model;

import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.ModelClients;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import io.flinkgpu.inference.pool.discovery.PoolWatches;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.api.ValidationException;

/**
 * Sees what a model takes and gives when a statement is planned.
 *
 * <p>A model of mode FUSED is loaded by this process, on the processor, and lingers for the next
 * statement; of mode SEPARATED its pools are asked. Blocks.
 */
@Internal
public final class ModelLook {

    private static final Duration LINGER = Duration.ofMinutes(1);

    private ModelLook() {}

    /**
     * The model's signature; an open one where the model does not tell, or the check is off.
     *
     * @throws ValidationException if the model cannot be seen from here, with the way out
     */
    public static ModelSignature of(TableModelConfig config) {
        if (!config.look().isOn()) {
            return ModelSignature.open(config.model().signature());
        }
        try {
            return ModelClients.mode(config.settings()) == InferenceMode.SEPARATED
                    ? ofPool(config)
                    : ofFiles(config);
        } catch (ExecutionException failure) {
            throw unseen(config, reason(failure.getCause()), failure);
        } catch (TimeoutException late) {
            throw unseen(config, "no answer in time", late);
        } catch (IOException | IllegalArgumentException failure) {
            throw unseen(config, reason(failure), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unseen(config, "interrupted", interrupted);
        }
    }

    private static ModelSignature ofFiles(TableModelConfig config)
            throws ExecutionException, InterruptedException, TimeoutException {
        ModelHost host = ModelHost.ofProcess();
        host.cacheModels(ModelCacheConfig.from(config.settings()));
        InferenceConfig inference = InferenceConfig.from(config.settings());
        InferenceConfig.Limits limits = inference.limits();
        // A job in this process finds the model as it would have loaded it.
        ModelUse use =
                new ModelUse(
                        1,
                        inference.runThreads(),
                        LINGER,
                        limits.maxRunTime(),
                        limits.loadTimeout());
        try (ModelClient client = host.acquire(config.model(), ModelDevice.cpu(), use)) {
            return signature(client, limits.loadTimeout());
        }
    }

    private static ModelSignature ofPool(TableModelConfig config)
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        PoolClientConfig pools = PoolClientConfig.from(config.settings(), System.getenv());
        try (RemoteModelClient client = RemoteModelClient.connect(config.model(), pools, "");
                MembershipWatch unused =
                        PoolWatches.ofProcess().watch(pools.pools(), config.settings(), client)) {
            return signature(client, config.look().timeout());
        }
    }

    private static ModelSignature signature(ModelClient client, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        return client.ready().get(timeout.toNanos(), TimeUnit.NANOSECONDS).signature();
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static ValidationException unseen(
            TableModelConfig config, String reason, Exception failure) {
        return new ValidationException(
                "Cannot look at model '%s': %s. Make it reachable from where statements are planned, or set '%s' = 'false' to find out when the job runs."
                        .formatted(config.model(), reason, TableModelOptions.CHECK.key()),
                failure);
    }
}
