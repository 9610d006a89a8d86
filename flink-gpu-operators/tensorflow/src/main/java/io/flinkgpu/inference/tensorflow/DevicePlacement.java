package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.ModelDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * A SavedModel directory whose graph is pinned to one of several devices.
 *
 * <p>TensorFlow places a graph on its first accelerator by itself. For any other, a temporary
 * directory holds a copy of the graph with every node's device set, next to links to the original
 * weights and assets. The copy may go as soon as the model is loaded ({@link #dropGraph()}); the
 * directory lives until {@link #close()}, which comes after the last run, because a graph may read
 * its assets in a run.
 */
final class DevicePlacement implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevicePlacement.class);
    private static final String GRAPH_FILE = "saved_model.pb";

    private final Path directory;
    private final boolean temporary;

    private DevicePlacement(Path directory, boolean temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    static DevicePlacement of(Path directory, ModelDevice device) throws IOException {
        if (device.ordinal() == 0) {
            return new DevicePlacement(directory, false);
        }
        String type = device.kind() == ModelDevice.Kind.GPU ? "GPU" : "CPU";
        DevicePlacement placement =
                new DevicePlacement(Files.createTempDirectory("flink-gpu-model-"), true);
        try {
            placement.pin(directory, "/device:" + type + ":" + device.ordinal());
            return placement;
        } catch (IOException | RuntimeException failure) {
            placement.close();
            throw failure;
        }
    }

    Path directory() {
        return directory;
    }

    /** Deletes the copy of the graph, which may be large; the model is loaded. */
    void dropGraph() {
        if (!temporary) {
            return;
        }
        try {
            Files.deleteIfExists(directory.resolve(GRAPH_FILE));
        } catch (IOException failure) {
            LOG.warn("Cannot delete the copy of a graph in '{}'.", directory, failure);
        }
    }

    /** Deletes what is temporary; what cannot be deleted is left to who cleans the directory. */
    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException failure) {
            LOG.warn("Cannot delete '{}', the links to a model's files.", directory, failure);
        }
    }

    private void pin(Path original, String deviceName) throws IOException {
        try (Stream<Path> files = Files.list(original.toAbsolutePath())) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals(GRAPH_FILE)) {
                    Files.createSymbolicLink(directory.resolve(file.getFileName()), file);
                }
            }
        }
        SavedModel.Builder model;
        try (InputStream in = Files.newInputStream(original.resolve(GRAPH_FILE))) {
            model = SavedModel.parseFrom(in).toBuilder();
        }
        model.getMetaGraphsBuilderList().forEach(graph -> pin(graph, deviceName));
        try (OutputStream out = Files.newOutputStream(directory.resolve(GRAPH_FILE))) {
            model.build().writeTo(out);
        }
    }

    private static void pin(MetaGraphDef.Builder metaGraph, String deviceName) {
        GraphDef.Builder graph = metaGraph.getGraphDefBuilder();
        graph.getNodeBuilderList().forEach(node -> pin(node, deviceName));
        for (FunctionDef.Builder function : graph.getLibraryBuilder().getFunctionBuilderList()) {
            function.getNodeDefBuilderList().forEach(node -> pin(node, deviceName));
        }
    }

    private static void pin(NodeDef.Builder node, String deviceName) {
        node.setDevice(deviceName);
    }
}
