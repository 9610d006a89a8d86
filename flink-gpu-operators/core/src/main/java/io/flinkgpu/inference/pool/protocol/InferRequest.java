package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A call of {@code ModelInfer}.
 *
 * <p>Its rows may lie in several batches; one that was received has them in one.
 *
 * @param model whom to ask; an empty version means the latest
 * @param id given back with the response; may be empty
 * @param parameters values are {@link Boolean}, {@link Long}, {@link Double} or {@link String}
 * @param parts at least one, all with the same rows: those of the first go first; the receiver
 *     closes them
 * @param outputs names of the outputs wanted; empty: all
 */
@Internal
public record InferRequest(
        ServedModel model,
        String id,
        Map<String, Object> parameters,
        List<TensorBatch> parts,
        List<String> outputs)
        implements AutoCloseable {

    /** Copies parameters, parts and names. */
    public InferRequest {
        parameters = Map.copyOf(parameters);
        parts = List.copyOf(parts);
        outputs = List.copyOf(outputs);
    }

    /** A request whose rows lie in one batch. */
    public InferRequest(
            ServedModel model,
            String id,
            Map<String, Object> parameters,
            TensorBatch inputs,
            List<String> outputs) {
        this(model, id, parameters, List.of(inputs), outputs);
    }

    /**
     * All rows of a request that has them in one batch.
     *
     * @throws IllegalStateException if they lie in several
     */
    public TensorBatch inputs() {
        if (parts.size() != 1) {
            throw new IllegalStateException(
                    "Cannot give the rows of request '%s' as one batch: they lie in %d."
                            .formatted(id, parts.size()));
        }
        return parts.get(0);
    }

    /** Of all parts. */
    public int rows() {
        return parts.stream().mapToInt(TensorBatch::rows).sum();
    }

    @Override
    public void close() {
        parts.forEach(TensorBatch::close);
    }
}
