package io.flinkgpu.inference.python;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.OutputShapeException;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The signature of code, as it is declared, or as the first answered batch shows it: names and
 * types, which later batches and answers are held to. Safe for use by many threads.
 */
final class LearnedSignature {

    private final String description;
    private volatile ModelSignature current;

    /**
     * What is known before the first batch.
     *
     * @param description of the model, for people
     * @param declared without inputs or outputs where the code declares none
     */
    LearnedSignature(String description, ModelSignature declared) {
        this.description = description;
        this.current = declared;
    }

    ModelSignature current() {
        return current;
    }

    /**
     * A batch was answered.
     *
     * @throws ModelRunException if the answer is not what was declared, or what earlier ones were,
     *     or has not one row for each row
     */
    void answered(List<TensorBatch> parts, TensorBatch outputs) throws ModelRunException {
        requireRows(parts, outputs);
        if (isOpen()) {
            learn(parts.get(0), outputs);
        }
        for (TensorSpec output : current.outputs()) {
            Tensor tensor = outputs.tensors().get(output.name());
            if (tensor == null
                    || tensor.dataType() != output.dataType()
                    || !output.shape().accepts(tensor.shape())) {
                throw mismatch(outputs);
            }
        }
        if (outputs.names().size() != current.outputs().size()) {
            throw mismatch(outputs);
        }
    }

    private boolean isOpen() {
        return current.inputs().isEmpty() || current.outputs().isEmpty();
    }

    private synchronized void learn(TensorBatch inputs, TensorBatch outputs) {
        if (!isOpen()) {
            return; // another batch was answered at the same time
        }
        current =
                new ModelSignature(
                        current.name(),
                        current.inputs().isEmpty() ? specs(inputs) : current.inputs(),
                        current.outputs().isEmpty() ? specs(outputs) : current.outputs());
    }

    private static List<TensorSpec> specs(TensorBatch batch) {
        return batch.tensors().entrySet().stream()
                .map(
                        each ->
                                new TensorSpec(
                                        each.getKey(),
                                        each.getValue().dataType(),
                                        Shape.ofUnknownRank()))
                .toList();
    }

    private void requireRows(List<TensorBatch> parts, TensorBatch outputs)
            throws OutputShapeException {
        int rows = parts.stream().mapToInt(TensorBatch::rows).sum();
        if (outputs.rows() != rows) {
            Map.Entry<String, Tensor> first = outputs.tensors().entrySet().iterator().next();
            throw new OutputShapeException(
                    description, first.getKey(), first.getValue().shape(), rows);
        }
    }

    private ModelRunException mismatch(TensorBatch outputs) {
        return new ModelRunException(
                        "Cannot run %s: it answered with %s where its outputs are %s."
                                .formatted(description, outputs, described()))
                .classified(ErrorClass.MODEL_LOAD);
    }

    private String described() {
        Map<String, TensorSpec> outputs = new LinkedHashMap<>();
        current.outputs().forEach(output -> outputs.put(output.name(), output));
        return outputs.toString();
    }
}
