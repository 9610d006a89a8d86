package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * The answer to a call of {@code ModelInfer}.
 *
 * @param model who answered, with the version that ran
 * @param id the request's
 * @param parameters values as in {@link InferRequest}; see {@link InferParameters}
 * @param outputs the receiver closes it
 */
@Internal
public record InferResponse(
        ServedModel model, String id, Map<String, Object> parameters, TensorBatch outputs)
        implements AutoCloseable {

    /** Copies the parameters. */
    public InferResponse {
        parameters = Map.copyOf(parameters);
    }

    @Override
    public void close() {
        outputs.close();
    }
}
