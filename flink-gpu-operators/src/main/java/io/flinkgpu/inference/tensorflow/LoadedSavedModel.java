package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;

/** A SavedModel in one session on one device. */
final class LoadedSavedModel implements LoadedModel {

    private final String description;
    private final SavedModelBundle bundle;
    private final ModelSignature signature;
    private final Map<String, String> nodes;
    private final long memoryBytes;
    private final ConcurrentLinkedDeque<InputTensors> idleInputs = new ConcurrentLinkedDeque<>();

    /**
     * @param nodes name of the graph's tensor (such as {@code dense/BiasAdd:0}) by the name of the
     *     signature's input or output
     */
    LoadedSavedModel(
            String description,
            SavedModelBundle bundle,
            ModelSignature signature,
            Map<String, String> nodes,
            long memoryBytes) {
        this.description = description;
        this.bundle = bundle;
        this.signature = signature;
        this.nodes = nodes;
        this.memoryBytes = memoryBytes;
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        InputTensors inputs = idleInputs.pollLast();
        if (inputs == null) {
            inputs = new InputTensors();
        }
        try {
            return run(inputs, parts);
        } catch (TensorFlowException failure) {
            throw new ModelRunException(
                    "Cannot run " + description + ": " + failure.getMessage(), failure);
        } finally {
            idleInputs.addLast(inputs);
        }
    }

    private TensorBatch run(InputTensors inputs, List<TensorBatch> parts)
            throws ModelRunException {
        List<org.tensorflow.Tensor> fresh = new ArrayList<>();
        try {
            Session.Runner runner = bundle.session().runner();
            for (TensorSpec input : signature.inputs()) {
                org.tensorflow.Tensor tensor = inputs.fill(input, parts);
                if (InputTensors.isFresh(input)) {
                    fresh.add(tensor);
                }
                runner.feed(nodes.get(SavedModelLoader.inputKey(input.name())), tensor);
            }
            for (TensorSpec output : signature.outputs()) {
                runner.fetch(nodes.get(SavedModelLoader.outputKey(output.name())));
            }
            try (Result result = runner.run()) {
                return outputs(result, parts.stream().mapToInt(TensorBatch::rows).sum());
            }
        } finally {
            fresh.forEach(org.tensorflow.Tensor::close);
        }
    }

    private TensorBatch outputs(Result result, int rows) throws ModelRunException {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        int index = 0;
        for (TensorSpec output : signature.outputs()) {
            Tensor tensor = NativeTensors.copyOf(output.dataType(), result.get(index++));
            outputs.put(output.name(), tensor);
            if (tensor.shape().rank() == 0 || tensor.shape().length(0) != rows) {
                outputs.values().forEach(Tensor::close);
                throw new ModelRunException(
                        "Cannot run %s: output '%s' has shape %s for a batch of %d rows. Every"
                                        .formatted(
                                                description, output.name(), tensor.shape(), rows)
                                + " output must have the batch axis in front.");
            }
        }
        return TensorBatch.of(outputs);
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public void close() {
        for (InputTensors inputs = idleInputs.poll(); inputs != null; inputs = idleInputs.poll()) {
            inputs.close();
        }
        bundle.close();
    }
}
