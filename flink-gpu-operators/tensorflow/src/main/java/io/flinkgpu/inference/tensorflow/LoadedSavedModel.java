package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.OutputShapeException;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Session;

/** A SavedModel in one session on one device. */
final class LoadedSavedModel implements LoadedModel {

    private final String description;
    private final SavedModelLoader.OpenModel open;
    private final SavedModelSignature signature;
    private final ErrorTable errors;
    private final long memoryBytes;

    /** Takes the open model over. */
    LoadedSavedModel(
            String description,
            SavedModelLoader.OpenModel open,
            SavedModelSignature signature,
            ErrorTable errors,
            long memoryBytes) {
        this.description = description;
        this.open = open;
        this.signature = signature;
        this.errors = errors;
        this.memoryBytes = memoryBytes;
    }

    @Override
    public ModelSignature signature() {
        return signature.signature();
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        try (InputTensors inputs = new InputTensors()) {
            return run(inputs, parts);
        } catch (RuntimeException failure) {
            // TensorFlow Java has no common type for what a run can fail with.
            throw new ModelRunException(
                            "Cannot run " + description + ": " + failure.getMessage(), failure)
                    .classified(errors.classify(failure));
        }
    }

    private TensorBatch run(InputTensors inputs, List<TensorBatch> parts) throws ModelRunException {
        List<org.tensorflow.Tensor> fresh = new ArrayList<>();
        try {
            Session.Runner runner = open.bundle().session().runner();
            for (int i = 0; i < signature.inputs().size(); i++) {
                TensorSpec input = signature().inputs().get(i);
                org.tensorflow.Tensor tensor = inputs.fill(input, parts);
                if (InputTensors.isFresh(input)) {
                    fresh.add(tensor);
                }
                runner.feed(signature.inputs().get(i), tensor);
            }
            signature.outputs().forEach(runner::fetch);
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
        for (TensorSpec output : signature().outputs()) {
            Tensor tensor = NativeTensors.copyOf(output.dataType(), result.get(index++));
            outputs.put(output.name(), tensor);
            if (tensor.shape().rank() == 0 || tensor.shape().length(0) != rows) {
                outputs.values().forEach(Tensor::close);
                throw new OutputShapeException(description, output.name(), tensor.shape(), rows);
            }
        }
        return TensorBatch.of(outputs);
    }

    @Override
    public ModelDescription description() {
        return signature.description();
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public void close() {
        open.close();
    }
}
