package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;

/** An ONNX model in one session on one device. */
final class LoadedOnnxModel implements LoadedModel {

    private final String name;
    private final OnnxLoader.OpenModel open;
    private final ModelSignature signature;
    private final ModelDescription description;
    private final ErrorTable errors;
    private final long memoryBytes;
    private volatile boolean pinsOutputs;

    /** Takes the open model over. */
    LoadedOnnxModel(
            String name,
            OnnxLoader.OpenModel open,
            ModelSignature signature,
            ModelDescription description,
            ErrorTable errors,
            long memoryBytes) {
        this.name = name;
        this.open = open;
        this.signature = signature;
        this.description = description;
        this.errors = errors;
        this.memoryBytes = memoryBytes;
        this.pinsOutputs = signature.outputs().stream().anyMatch(OutputTensors::canBePinned);
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        OrtEnvironment environment = OnnxLoader.environment();
        try (InputTensors inputs = new InputTensors(name, environment)) {
            for (TensorSpec input : signature.inputs()) {
                inputs.add(input, parts);
            }
            return run(inputs, parts.stream().mapToInt(TensorBatch::rows).sum(), environment);
        } catch (OrtException | RuntimeException failure) {
            throw new ModelRunException("Cannot run " + name + ": " + failure.getMessage(), failure)
                    .classified(errors.classify(failure));
        }
    }

    /**
     * A declared output shape may be wrong. ONNX Runtime refuses a run that would not fit into the
     * memory of its outputs; whether that was it shows in a run that has none.
     */
    private TensorBatch run(InputTensors inputs, int rows, OrtEnvironment environment)
            throws OrtException, ModelRunException {
        if (!pinsOutputs) {
            return run(inputs, new OutputTensors(name, signature.outputs(), rows));
        }
        OutputTensors pinned = new OutputTensors(name, signature.outputs(), rows);
        try {
            pinned.pin(environment);
        } catch (OrtException | RuntimeException failure) {
            pinned.close();
            throw failure;
        }
        try {
            return run(inputs, pinned);
        } catch (OrtException failure) {
            if (failure.getCode() != OrtErrorCode.ORT_INVALID_ARGUMENT) {
                throw failure;
            }
        }
        TensorBatch outputs = run(inputs, new OutputTensors(name, signature.outputs(), rows));
        pinsOutputs = false;
        return outputs;
    }

    private TensorBatch run(InputTensors inputs, OutputTensors outputs)
            throws OrtException, ModelRunException {
        try (outputs;
                OrtSession.Result result =
                        open.session().run(inputs.tensors(), outputs.others(), outputs.pinned())) {
            return outputs.take(result);
        }
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
