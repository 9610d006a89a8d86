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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Brings a SavedModel from a directory into a session on a device. */
final class SavedModelLoader {

    private static final String GRAPH_FILE = "saved_model.pb";
    private static final Pattern VERSION_NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final long ONLY_VERSION = 1;
    private static final String WEIGHTS_INDEX = "variables/variables.index";
    private static final String INIT_SIGNATURE = "__saved_model_init_op";
    private static final Set<String> VARIABLE_OPS = Set.of("VarHandleOp", "VariableV2", "Variable");

    private SavedModelLoader() {}

    static LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        Path directory = directory(model);
        SavedModelBundle bundle = open(model, directory, device);
        try {
            requireWeights(model, directory, bundle.metaGraphDef());
            SignatureDef signature = signature(model, bundle);
            requireNoPassThrough(model, signature);
            return new LoadedSavedModel(
                    "model " + model + " on " + device,
                    bundle,
                    new ModelSignature(
                            model.signature(),
                            specs(model, signature.getInputsMap()),
                            specs(model, signature.getOutputsMap())),
                    nodes(bundle, signature.getInputsMap()),
                    nodes(bundle, signature.getOutputsMap()),
                    bytesOnDisk(directory));
        } catch (ModelLoadException failure) {
            bundle.close();
            throw failure;
        } catch (RuntimeException failure) {
            bundle.close();
            throw unloadable(model, failure);
        }
    }

    private static Path directory(ModelRef model) throws ModelLoadException {
        SortedMap<Long, Path> versions = versions(model);
        return versions.get(versions.lastKey());
    }

    /** The directories of all versions: the one itself, or those by number below it. */
    static SortedMap<Long, Path> versions(ModelRef model) throws ModelLoadException {
        Path directory;
        try {
            directory = Path.of(model.location());
        } catch (InvalidPathException invalid) {
            throw missing(model, "it is not a local path", invalid);
        }
        if (!Files.isDirectory(directory)) {
            throw missing(model, "there is no such directory", null);
        }
        if (holdsGraph(directory)) {
            return new TreeMap<>(Map.of(ONLY_VERSION, directory));
        }
        SortedMap<Long, Path> numbered = numberedVersions(model, directory);
        if (numbered.isEmpty()) {
            throw missing(model, "the directory holds no readable " + GRAPH_FILE, null);
        }
        return numbered;
    }

    private static SortedMap<Long, Path> numberedVersions(ModelRef model, Path directory)
            throws ModelLoadException {
        SortedMap<Long, Path> versions = new TreeMap<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                String name = child.getFileName().toString();
                if (VERSION_NUMBER.matcher(name).matches() && holdsGraph(child)) {
                    versions.putIfAbsent(Long.parseLong(name), child);
                }
            }
        } catch (IOException failure) {
            throw missing(model, "the directory cannot be listed", failure);
        }
        return versions;
    }

    private static boolean holdsGraph(Path directory) {
        return Files.isReadable(directory.resolve(GRAPH_FILE));
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
        } catch (RuntimeException | IOException failure) {
            // TensorFlow Java has no common type for what loading can fail with.
            throw unloadable(model, failure);
        }
    }

    private static ModelLoadException unloadable(ModelRef model, Exception failure) {
        return new ModelLoadException(
                "Cannot load model '%s': TensorFlow cannot open its SavedModel: %s"
                        .formatted(model.location(), failure.getMessage()),
                failure);
    }

    /** TensorFlow takes a model without its weights and fails each run of it. */
    private static void requireWeights(ModelRef model, Path directory, MetaGraphDef graph)
            throws ModelLoadException {
        if (graph.containsSignatureDef(INIT_SIGNATURE)
                || Files.exists(directory.resolve(WEIGHTS_INDEX))) {
            return;
        }
        for (NodeDef node : graph.getGraphDef().getNodeList()) {
            if (VARIABLE_OPS.contains(node.getOp())) {
                throw missing(model, "the directory holds no " + WEIGHTS_INDEX, null);
            }
        }
    }

    /** TensorFlow refuses to fetch what it is fed. */
    private static void requireNoPassThrough(ModelRef model, SignatureDef signature)
            throws ModelLoadException {
        for (Map.Entry<String, TensorInfo> output : signature.getOutputsMap().entrySet()) {
            for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
                if (output.getValue().getName().equals(input.getValue().getName())) {
                    throw new ModelLoadException(
                            "Cannot load model '%s': output '%s' is input '%s' itself. Export it"
                                            .formatted(
                                                    model.location(),
                                                    output.getKey(),
                                                    input.getKey())
                                    + " through tf.identity.");
                }
            }
        }
    }

    private static SignatureDef signature(ModelRef model, SavedModelBundle bundle)
            throws ModelLoadException {
        Map<String, SignatureDef> signatures = bundle.metaGraphDef().getSignatureDefMap();
        SignatureDef signature = signatures.get(model.signature());
        if (signature == null || model.signature().equals(INIT_SIGNATURE)) {
            TreeSet<String> names = new TreeSet<>(signatures.keySet());
            names.remove(INIT_SIGNATURE);
            throw new ModelLoadException(
                    "Cannot load model '%s': it has no signature '%s'. It has %s."
                            .formatted(model.location(), model.signature(), names));
        }
        if (signature.getInputsCount() == 0 || signature.getOutputsCount() == 0) {
            throw new ModelLoadException(
                    "Cannot load model '%s': signature '%s' has %d inputs and %d outputs. It must"
                                    .formatted(
                                            model.location(),
                                            model.signature(),
                                            signature.getInputsCount(),
                                            signature.getOutputsCount())
                            + " have at least one of each.");
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
            Shape shape = shape(info.getTensorShape());
            if (shape.isRankKnown() && shape.rank() == 0) {
                throw new ModelLoadException(
                        "Cannot load model '%s': tensor '%s' has shape %s. Every input and output"
                                        .formatted(model.location(), entry.getKey(), shape)
                                + " must have the batch axis in front.");
            }
            specs.add(new TensorSpec(entry.getKey(), dataType, shape));
        }
        return specs;
    }

    private static ModelLoadException unsupported(ModelRef model, String name, TensorInfo info) {
        return new ModelLoadException(
                "Cannot load model '%s': tensor '%s' has type %s, which TensorFlow Java cannot hold."
                        .formatted(model.location(), name, info.getDtype()));
    }

    private static Shape shape(TensorShapeProto proto) {
        if (proto.getUnknownRank()) {
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
