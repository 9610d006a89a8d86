package io.flinkgpu.benchmarks.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.proto.ConfigProto;

/** Writes graphs as SavedModels, into directories that do not exist yet. */
final class ModelExport {

    private ModelExport() {}

    static void write(Path directory, Function<Graph, Signature> model) {
        write(directory, ConfigProto.getDefaultInstance(), model);
    }

    /**
     * Leaves the process one thread for an operation, where it is its first session.
     *
     * <p>It fixes how many they are for later ones
     * (tensorflow/core/common_runtime/local_device.cc).
     */
    static void writeOnOneThread(Path directory, Function<Graph, Signature> model) {
        write(directory, ConfigProto.newBuilder().setIntraOpParallelismThreads(1).build(), model);
    }

    private static void write(
            Path directory, ConfigProto options, Function<Graph, Signature> model) {
        try (Graph graph = new Graph();
                Session session = new Session(graph, options)) {
            Signature signature = model.apply(graph);
            session.initialize();
            SavedModelBundle.exporter(directory.toString())
                    .withSession(session)
                    .withSignature(signature)
                    .export();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot export model to " + directory + ": " + e.getMessage(), e);
        }
    }
}
