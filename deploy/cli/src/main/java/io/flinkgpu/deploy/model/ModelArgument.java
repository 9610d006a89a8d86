package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/** A model as the command line names it: {@code [RUNTIME:]LOCATION[#SIGNATURE]}. */
@Internal
public final class ModelArgument {

    private static final String GRAPH_FILE = "saved_model.pb";
    private static final String VERSION = "[0-9]{1,18}";

    private ModelArgument() {}

    /**
     * Reads a text. A path that exists becomes absolute, for the task managers may run elsewhere.
     *
     * @throws IllegalArgumentException if it names no location
     */
    public static ModelRef parse(String text) {
        return parse(text, () -> Path.of(""));
    }

    /**
     * The same; a relative path that does not exist here is looked for in another directory.
     *
     * @param elsewhere asked for that directory if it is needed
     * @throws IllegalArgumentException if it names no location
     */
    public static ModelRef parse(String text, Supplier<Path> elsewhere) {
        ModelRef model = ModelRef.parse(text);
        String written = writtenPath(model);
        if (written.isEmpty()) {
            return model;
        }
        Path path = Path.of(written);
        if (!path.isAbsolute() && !Files.exists(path)) {
            path = elsewhere.get().resolve(path);
        }
        String rest = model.location().substring(written.length());
        return Files.exists(path)
                ? model.withLocation(path.toAbsolutePath().normalize() + rest)
                : model;
    }

    /**
     * Looks at the files from here; the task managers look again.
     *
     * @throws IllegalArgumentException if they hold no model, or no runtime of that name is here
     */
    public static void requirePresent(ModelRef model) {
        if (model.runtime().equals(ModelRef.TENSORFLOW)) {
            requireSavedModel(Path.of(model.location()));
            return;
        }
        try {
            Object unused = ModelRuntimes.onClassPath().of(model).versions(model);
        } catch (ModelLoadException missing) {
            throw new IllegalArgumentException(missing.getMessage(), missing);
        }
    }

    /** What of a location is a path; nothing of it if it names a Python module. */
    private static String writtenPath(ModelRef model) {
        String location = model.location();
        if (!model.runtime().equals(ModelRef.PYTHON)) {
            return location;
        }
        String code = location.substring(0, Math.max(0, location.lastIndexOf(':')));
        return code.endsWith(".py") ? code : "";
    }

    /** Without the runtime, which a process that submits jobs need not have. */
    private static void requireSavedModel(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw missing(directory, "there is no such directory");
        }
        if (isSavedModel(directory)) {
            return;
        }
        List<Path> versions = versions(directory);
        if (versions.isEmpty()) {
            throw missing(
                    directory,
                    "the directory holds neither a readable "
                            + GRAPH_FILE
                            + " nor numbered versions");
        }
        for (Path version : versions) {
            if (!isSavedModel(version)) {
                throw missing(version, "the directory holds no readable " + GRAPH_FILE);
            }
        }
    }

    private static boolean isSavedModel(Path directory) {
        return Files.isReadable(directory.resolve(GRAPH_FILE));
    }

    private static List<Path> versions(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> child.getFileName().toString().matches(VERSION))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list model '" + directory + "': " + e, e);
        }
    }

    private static IllegalArgumentException missing(Path directory, String reason) {
        return new IllegalArgumentException(
                "Cannot load model '%s': %s. Give the directory of a TensorFlow SavedModel, or of numbered versions of one, an ONNX file, or Python code (file.py:Class)."
                        .formatted(directory, reason));
    }
}
