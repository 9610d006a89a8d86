package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Brings a SavedModel from a directory into a session on a device. */
final class SavedModelLoader {

    private static final String GRAPH_FILE = "saved_model.pb";
    private static final String INIT_SIGNATURE = "__saved_model_init_op";

    private SavedModelLoader() {}

    static LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        Path directory = directory(model);
        SavedModelBundle bundle = open(model, directory, device);
        try {
            SignatureDef signature = signature(model, bundle);
            return new LoadedSavedModel(
                    "model " + model + " on " + device,
                    bundle,
                    new ModelSignature(
                            model.signature(),
                            specs(model, signature.getInputsMap()),
                            specs(model, signature.getOutputsMap())),
                    nodes(signature),
                    bytesOnDisk(directory));
        } catch (ModelLoadException | RuntimeException failure) {
            bundle.close();
            throw failure;
        }
    }

    static String inputKey(String name) {
        return "in:" + name;
    }

    static String outputKey(String name) {
        return "out:" + name;
    }

    private static Path directory(ModelRef model) throws ModelLoadException {
        Path directory;
        try {
            directory = Path.of(model.location());
        } catch (InvalidPathException invalid) {
            throw missing(model, "it is not a local path", invalid);
        }
        if (!Files.isDirectory(directory)) {
            throw missing(model, "there is no such directory", null);
        }
        if (!Files.isReadable(directory.resolve(GRAPH_FILE))) {
            throw missing(model, "the directory holds no readable " + GRAPH_FILE, null);
        }
        return directory;
    }

    private static ModelLoadException missing(ModelRef model, String reason, Exception cause) {
        return new ModelLoadException(
                "Cannot load model '%s': %s. Give a SavedModel directory that exists on every task"
                                .formatted(model.location(), reason)
                        + " manager that runs the model.",
                cause);
    }

    private static SavedModelBundle open(ModelRef model, Path directory, ModelDevice device)
            throws ModelLoadException {
        String[] tags = model.options().getOrDefault(TensorFlowRuntime.TAGS, "serve").split(",");
        try (DevicePlacement placement = DevicePlacement.of(directory, device)) {
            return SavedModelBundle.loader(placement.directory().toString())
                    .withTags(tags)
                    .withConfigProto(SessionConfig.of(model, device))
                    .load();
        } catch (TensorFlowException | IOException failure) {
            throw new ModelLoadException(
                    "Cannot load model '" + model.location() + "': " + failure.getMessage(),
                    failure);
        }
    }

    private static SignatureDef signature(ModelRef model, SavedModelBundle bundle)
            throws ModelLoadException {
        Map<String, SignatureDef> signatures = bundle.metaGraphDef().getSignatureDefMap();
        SignatureDef signature = signatures.get(model.signature());
        if (signature == null || signature.getInputsCount() == 0) {
            TreeSet<String> names = new TreeSet<>(signatures.keySet());
            names.remove(INIT_SIGNATURE);
            throw new ModelLoadException(
                    "Cannot load model '%s': it has no signature '%s'. It has %s."
                            .formatted(model.location(), model.signature(), names));
        }
        return signature;
    }

    private static List<TensorSpec> specs(ModelRef model, Map<String, TensorInfo> tensors)
            throws ModelLoadException {
        List<TensorSpec> specs = new ArrayList<>();
        for (Map.Entry<String, TensorInfo> entry : new TreeMap<>(tensors).entrySet()) {
            TensorInfo info = entry.getValue();
            DataType dataType =
                    TensorFlowTypes.fromProto(info.getDtype())
                            .orElseThrow(() -> unsupported(model, entry.getKey(), info));
            specs.add(new TensorSpec(entry.getKey(), dataType, shape(info.getTensorShape())));
        }
        return specs;
    }

    private static ModelLoadException unsupported(ModelRef model, String name, TensorInfo info) {
        return new ModelLoadException(
                "Cannot load model '%s': tensor '%s' has type %s, which TensorFlow Java cannot hold."
                        .formatted(model.location(), name, info.getDtype()));
    }

    private static Shape shape(TensorShapeProto proto) {
        return Shape.of(proto.getDimList().stream().mapToLong(dim -> dim.getSize()).toArray());
    }

    private static Map<String, String> nodes(SignatureDef signature) {
        Map<String, String> nodes = new HashMap<>();
        signature
                .getInputsMap()
                .forEach((name, info) -> nodes.put(inputKey(name), info.getName()));
        signature
                .getOutputsMap()
                .forEach((name, info) -> nodes.put(outputKey(name), info.getName()));
        return nodes;
    }

    /** Weights lie uncompressed in the directory, so its size is theirs. */
    private static long bytesOnDisk(Path directory) throws ModelLoadException {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (IOException failure) {
            throw new ModelLoadException(
                    "Cannot load model '" + directory + "': " + failure.getMessage(), failure);
        }
    }
}
