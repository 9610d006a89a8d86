package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * One signature of a SavedModel, and where the graph holds its tensors.
 *
 * @param inputs where the graph takes the signature's inputs, in its order
 * @param outputs where the graph gives the signature's outputs, in its order
 * @param description of the whole model
 */
record SavedModelSignature(
        ModelSignature signature,
        List<Output<?>> inputs,
        List<Output<?>> outputs,
        ModelDescription description) {

    static final String INIT_SIGNATURE = "__saved_model_init_op";

    /**
     * Reads the signature that the model is asked for at.
     *
     * @throws ModelLoadException naming the tensor, if one is not what a batch can hold
     */
    static SavedModelSignature read(ModelRef model, SavedModelBundle bundle)
            throws ModelLoadException {
        SignatureDef signature = find(model, bundle);
        requireDense(model, model.signature(), signature);
        requireNoPassThrough(model, signature);
        return new SavedModelSignature(
                new ModelSignature(
                        model.signature(),
                        specs(model, signature.getInputsMap()),
                        specs(model, signature.getOutputsMap())),
                nodes(bundle, signature.getInputsMap()),
                nodes(bundle, signature.getOutputsMap()),
                description(bundle.metaGraphDef().getMetaInfoDef()));
    }

    private static ModelDescription description(MetaGraphDef.MetaInfoDef meta) {
        Map<String, String> properties = new TreeMap<>();
        if (!meta.getTensorflowVersion().isEmpty()) {
            properties.put("tensorflow_version", meta.getTensorflowVersion());
        }
        if (meta.getTagsCount() > 0) {
            properties.put("tags", String.join(",", meta.getTagsList()));
        }
        return new ModelDescription("tensorflow_savedmodel", properties);
    }

    /**
     * Refuses ragged, sparse and other composite tensors, in whichever signature, by name.
     * TensorFlow Java opens no model that has one among its inputs, and names the graph's node,
     * which is none.
     */
    static void requireDense(ModelRef model, MetaGraphDef graph) throws ModelLoadException {
        for (Map.Entry<String, SignatureDef> entry : graph.getSignatureDefMap().entrySet()) {
            if (!entry.getKey().equals(INIT_SIGNATURE)) {
                requireDense(model, entry.getKey(), entry.getValue());
            }
        }
    }

    private static void requireDense(ModelRef model, String name, SignatureDef signature)
            throws ModelLoadException {
        requireDense(model, "input", name, signature.getInputsMap());
        requireDense(model, "output", name, signature.getOutputsMap());
    }

    private static SignatureDef find(ModelRef model, SavedModelBundle bundle)
            throws ModelLoadException {
        Map<String, SignatureDef> signatures = bundle.metaGraphDef().getSignatureDefMap();
        SignatureDef signature = signatures.get(model.signature());
        if (signature == null || model.signature().equals(INIT_SIGNATURE)) {
            TreeSet<String> names = new TreeSet<>(signatures.keySet());
            names.remove(INIT_SIGNATURE);
            throw unloadable(
                    model,
                    "it has no signature '%s'. It has %s.".formatted(model.signature(), names));
        }
        if (signature.getInputsCount() == 0 || signature.getOutputsCount() == 0) {
            throw unloadable(
                    model,
                    "signature '%s' has %d inputs and %d outputs. It must have at least one of each."
                            .formatted(
                                    model.signature(),
                                    signature.getInputsCount(),
                                    signature.getOutputsCount()));
        }
        return signature;
    }

    /** TensorFlow refuses to fetch what it is fed. */
    private static void requireNoPassThrough(ModelRef model, SignatureDef signature)
            throws ModelLoadException {
        for (Map.Entry<String, TensorInfo> output : signature.getOutputsMap().entrySet()) {
            for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
                if (output.getValue().getName().equals(input.getValue().getName())) {
                    throw unloadable(
                            model,
                            "output '%s' is input '%s' itself. Export it through tf.identity."
                                    .formatted(output.getKey(), input.getKey()));
                }
            }
        }
    }

    private static List<TensorSpec> specs(ModelRef model, Map<String, TensorInfo> tensors)
            throws ModelLoadException {
        List<TensorSpec> specs = new ArrayList<>();
        for (Map.Entry<String, TensorInfo> entry : new TreeMap<>(tensors).entrySet()) {
            TensorInfo info = entry.getValue();
            DataType dataType =
                    TensorFlowTypes.fromProto(info.getDtype())
                            .orElseThrow(() -> unsupported(model, entry.getKey(), info));
            specs.add(new TensorSpec(entry.getKey(), dataType, shape(info)));
        }
        return specs;
    }

    private static void requireDense(
            ModelRef model, String side, String signature, Map<String, TensorInfo> tensors)
            throws ModelLoadException {
        for (Map.Entry<String, TensorInfo> entry : new TreeMap<>(tensors).entrySet()) {
            TensorInfo info = entry.getValue();
            String subject = "%s '%s' of signature '%s'".formatted(side, entry.getKey(), signature);
            switch (info.getEncodingCase()) {
                case NAME -> {}
                case COO_SPARSE ->
                        throw notDense(
                                model, subject + " is a sparse tensor", "tf.sparse.to_dense");
                case COMPOSITE_TENSOR ->
                        throw notDense(
                                model,
                                subject + " is a composite tensor, " + composite(info),
                                "its to_tensor() or its parts");
                case ENCODING_NOT_SET ->
                        throw unloadable(model, subject + " names no tensor of the graph.");
            }
        }
    }

    private static ModelLoadException notDense(ModelRef model, String what, String wayOut) {
        return unloadable(
                model, what + ". A batch holds dense tensors: export it as " + wayOut + ".");
    }

    /** Such as {@code ragged_tensor_spec}. */
    private static String composite(TensorInfo info) {
        return info.getCompositeTensor()
                .getTypeSpec()
                .getTypeSpecClass()
                .name()
                .toLowerCase(Locale.ROOT);
    }

    private static ModelLoadException unsupported(ModelRef model, String name, TensorInfo info) {
        String problem =
                switch (info.getDtype()) {
                    case DT_RESOURCE, DT_VARIANT ->
                            ", a handle to something inside of the model. Export the value that it stands for.";
                    default -> ", which TensorFlow Java cannot hold.";
                };
        return unloadable(
                model, "tensor '%s' has type %s%s".formatted(name, info.getDtype(), problem));
    }

    /** A tensor without a shape may have any; one whose shape has no axis is a scalar. */
    private static Shape shape(TensorInfo info) {
        TensorShapeProto proto = info.getTensorShape();
        if (!info.hasTensorShape() || proto.getUnknownRank()) {
            return Shape.ofUnknownRank();
        }
        return Shape.of(proto.getDimList().stream().mapToLong(dim -> dim.getSize()).toArray());
    }

    /** Where the graph holds the tensors, in the order of {@link #specs}. */
    private static List<Output<?>> nodes(SavedModelBundle bundle, Map<String, TensorInfo> tensors) {
        List<Output<?>> nodes = new ArrayList<>();
        for (TensorInfo info : new TreeMap<>(tensors).values()) {
            nodes.add(bundle.graph().outputOrThrow(info.getName()));
        }
        return nodes;
    }

    private static ModelLoadException unloadable(ModelRef model, String reason) {
        return new ModelLoadException(
                "Cannot load model '%s': %s".formatted(model.location(), reason));
    }
}
