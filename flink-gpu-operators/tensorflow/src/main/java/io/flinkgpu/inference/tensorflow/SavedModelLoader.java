package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** Brings a SavedModel from a directory into a session on a device. */
final class SavedModelLoader {

    /** A model in a session, and the directory that its assets are read from while it is open. */
    record OpenModel(SavedModelBundle bundle, DevicePlacement placement) implements AutoCloseable {

        @Override
        public void close() {
            bundle.close();
            placement.close();
        }
    }

    static final String GRAPH_FILE = "saved_model.pb";

    private static final Logger LOG = LoggerFactory.getLogger(SavedModelLoader.class);
    private static final String WEIGHTS_INDEX = "variables/variables.index";
    private static final Set<String> VARIABLE_OPS = Set.of("VarHandleOp", "VariableV2", "Variable");

    private SavedModelLoader() {}

    static LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        Path directory = directory(model);
        OpenModel open = open(model, directory, device);
        try {
            MetaGraphDef graph = open.bundle().metaGraphDef();
            requireWeights(model, directory, graph);
            SavedModelSignature signature = SavedModelSignature.read(model, open.bundle());
            return new LoadedSavedModel(
                    "model " + model + " on " + device,
                    open,
                    signature,
                    errors(device, signature, graph),
                    bytesOnDisk(directory));
        } catch (ModelLoadException failure) {
            open.close();
            throw failure;
        } catch (RuntimeException failure) {
            open.close();
            throw unloadable(model, failure);
        }
    }

    /** Where no string is fed, no error repeats what a row wrote. */
    private static ErrorTable errors(
            ModelDevice device, SavedModelSignature signature, MetaGraphDef graph) {
        boolean mayRepeatRows =
                device.kind() == ModelDevice.Kind.GPU && signature.signature().takesStrings();
        return new ErrorTable(
                device.kind(),
                mayRepeatRows ? StringNodes.of(graph.getGraphDef()) : StringNodes.none());
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
        if (!holdsGraph(directory)) {
            throw missing(model, "the directory holds no readable " + GRAPH_FILE, null);
        }
        return directory;
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

    private static OpenModel open(ModelRef model, Path directory, ModelDevice device)
            throws ModelLoadException {
        String[] tags = model.options().getOrDefault(TensorFlowRuntime.TAGS, "serve").split(",");
        DevicePlacement placement = null;
        try {
            placement = DevicePlacement.of(directory, device);
            SavedModelBundle bundle =
                    SavedModelBundle.loader(placement.directory().toString())
                            .withTags(tags)
                            .withConfigProto(SessionConfig.of(model, device))
                            .load();
            placement.dropGraph();
            return new OpenModel(bundle, placement);
        } catch (RuntimeException | IOException failure) {
            // TensorFlow Java has no common type for what loading can fail with.
            if (placement != null) {
                placement.close();
            }
            requireDense(model, directory);
            throw unloadable(model, failure);
        }
    }

    /** Looks for what TensorFlow Java names badly; a graph that cannot be read says nothing. */
    private static void requireDense(ModelRef model, Path directory) throws ModelLoadException {
        try (InputStream in = Files.newInputStream(directory.resolve(GRAPH_FILE))) {
            for (MetaGraphDef graph : SavedModel.parseFrom(in).getMetaGraphsList()) {
                SavedModelSignature.requireDense(model, graph);
            }
        } catch (IOException unreadable) {
            LOG.debug("Cannot read the graph in '{}'.", directory, unreadable);
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
        if (graph.containsSignatureDef(SavedModelSignature.INIT_SIGNATURE)
                || Files.exists(directory.resolve(WEIGHTS_INDEX))) {
            return;
        }
        for (NodeDef node : graph.getGraphDef().getNodeList()) {
            if (VARIABLE_OPS.contains(node.getOp())) {
                throw missing(model, "the directory holds no " + WEIGHTS_INDEX, null);
            }
        }
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
