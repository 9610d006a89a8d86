package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a message that is being read; closes them unless they become a batch. */
final class TensorsInProgress implements AutoCloseable {

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /**
     * Refuses a name that is taken.
     *
     * @throws MalformedMessageException if a tensor has that name
     */
    void requireNew(TensorHead head) throws MalformedMessageException {
        if (tensors.containsKey(head.name())) {
            throw head.invalid("it comes twice");
        }
    }

    /** Takes the tensor over. */
    void add(TensorHead head, Tensor tensor) {
        tensors.put(head.name(), tensor);
    }

    /**
     * Hands the tensors over to a batch.
     *
     * @throws MalformedMessageException if there is none, or their rows differ in number
     */
    TensorBatch toBatch() throws MalformedMessageException {
        try {
            TensorBatch batch = TensorBatch.of(tensors);
            tensors.clear();
            return batch;
        } catch (ShapeMismatchException | ArithmeticException mismatch) {
            throw new MalformedMessageException(mismatch.getMessage(), mismatch);
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
