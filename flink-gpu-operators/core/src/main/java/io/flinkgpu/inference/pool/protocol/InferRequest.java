package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A call of {@code ModelInfer}.
 *
 * @param model whom to ask; an empty version means the latest
 * @param id given back with the response; may be empty
 * @param parameters values are {@link Boolean}, {@link Long}, {@link Double} or {@link String}
 * @param inputs the receiver closes it
 * @param outputs names of the outputs wanted; empty: all
 */
@Internal
public record InferRequest(
        ServedModel model,
        String id,
        Map<String, Object> parameters,
        TensorBatch inputs,
        List<String> outputs)
        implements AutoCloseable {

    /** Copies parameters and names. */
    public InferRequest {
        parameters = Map.copyOf(parameters);
        outputs = List.copyOf(outputs);
    }

    @Override
    public void close() {
        inputs.close();
    }
}
