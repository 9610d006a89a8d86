package io.flinkgpu.job.infer;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.job.element.ModelSignatures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.Internal;

/** Looks at models by loading them in this process, on the processor, for as long as it takes. */
@Internal
public final class HostedSignatures implements ModelSignatures {

    private static final ModelUse A_LOOK = new ModelUse(1, 1, Duration.ZERO);

    private final ModelHost host;

    /** Loads models with a host. */
    public HostedSignatures(ModelHost host) {
        this.host = host;
    }

    @Override
    public ModelSignature of(ModelRef model, List<String> pools) throws Exception {
        try (ModelClient client = host.acquire(model, ModelDevice.cpu(), A_LOOK)) {
            return client.ready().get().signature();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof Exception cause ? cause : failure;
        }
    }
}
