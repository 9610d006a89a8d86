package io.flinkgpu.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Reads what a model takes and gives. */
final class OnnxSignature {

    private final ModelRef model;
    private final OnnxHeader header;

    OnnxSignature(ModelRef model, OnnxHeader header) {
        this.model = model;
        this.header = header;
    }

    /**
     * The inputs and outputs in the file's order; an axis with a name, or with neither name nor
     * length, is open.
     *
     * @throws ModelLoadException naming the tensor, if one is not what a batch can hold
     */
    ModelSignature read(OrtSession session) throws ModelLoadException, OrtException {
        requireOnlySignature();
        List<TensorSpec> inputs = specs("input", session.getInputInfo().values());
        List<TensorSpec> outputs = specs("output", session.getOutputInfo().values());
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw unloadable(
                    "it has %d inputs and %d outputs. It must have at least one of each."
                            .formatted(inputs.size(), outputs.size()));
        }
        for (TensorSpec input : inputs) {
            if (!OnnxTypes.canBeInput(input.dataType())) {
                throw unloadable(
                        "input '%s' has type %s, of which ONNX Runtime's Java API makes no tensor. Take a signed type and cast it inside of the model."
                                .formatted(input.name(), input.dataType()));
            }
        }
        return new ModelSignature(model.signature(), inputs, outputs);
    }

    private void requireOnlySignature() throws ModelLoadException {
        if (!model.signature().equals(ModelRef.DEFAULT_SIGNATURE)) {
            throw unloadable(
                    "it has no signature '%s'. It has [%s], as every ONNX model."
                            .formatted(model.signature(), ModelRef.DEFAULT_SIGNATURE));
        }
    }

    private List<TensorSpec> specs(String side, Collection<NodeInfo> tensors)
            throws ModelLoadException {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo tensor : tensors) {
            if (!(tensor.getInfo() instanceof TensorInfo info)) {
                throw unloadable(
                        "%s '%s' is a %s. A batch holds tensors: export it as its parts (ZipMap is left out by the converter's option zipmap=False)."
                                .formatted(
                                        side,
                                        tensor.getName(),
                                        tensor.getInfo().getClass().getSimpleName()));
            }
            DataType dataType =
                    OnnxTypes.of(info.onnxType)
                            .orElseThrow(
                                    () ->
                                            unloadable(
                                                    "%s '%s' has type %s, which a batch cannot hold. Cast it inside of the model."
                                                            .formatted(
                                                                    side,
                                                                    tensor.getName(),
                                                                    info.onnxType)));
            specs.add(new TensorSpec(tensor.getName(), dataType, shape(tensor.getName(), info)));
        }
        return specs;
    }

    private Shape shape(String tensor, TensorInfo info) {
        return header.withoutShape().contains(tensor) && info.getShape().length == 0
                ? Shape.ofUnknownRank()
                : Shape.of(info.getShape());
    }

    private ModelLoadException unloadable(String reason) {
        return new ModelLoadException(
                "Cannot load model '%s': %s".formatted(model.location(), reason));
    }
}
