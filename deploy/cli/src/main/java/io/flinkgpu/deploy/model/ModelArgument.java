package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.LocalModelPath;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/** A model as the command line names it: {@code [RUNTIME:]LOCATION[#SIGNATURE]}. */
@Internal
public final class ModelArgument {

    /** Known without the runtime, which a process that submits jobs need not have. */
    private static final Set<String> SAVED_MODEL_FILES = Set.of("saved_model.pb");

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
        return LocalModelPath.resolve(
                ModelRef.parse(text),
                path ->
                        (path.isAbsolute() || Files.exists(path)
                                        ? path
                                        : elsewhere.get().resolve(path))
                                .toAbsolutePath()
                                .normalize());
    }

    /**
     * Looks at the files of a path from here; the task managers look again, and alone where the
     * location is a URI.
     *
     * @throws IllegalArgumentException if they hold no model, or no runtime of that name is here
     */
    public static void requirePresent(ModelRef model) {
        boolean isSavedModel = model.runtime().equals(ModelRef.TENSORFLOW);
        Set<String> modelFiles =
                isSavedModel
                        ? SAVED_MODEL_FILES
                        : ModelRuntimes.onClassPath().of(model).modelFiles(model);
        if (modelFiles.isEmpty()) {
            requireCode(model);
            return;
        }
        if (LocalModelPath.isUri(model.location())) {
            return;
        }
        Path path = Path.of(model.location());
        if (isSavedModel && !Files.isDirectory(path)) {
            throw missing(path, "there is no such directory");
        }
        if (!Files.exists(path)) {
            throw missing(path, "there is no such file or directory");
        }
        if (Files.isDirectory(path) && !holdsModel(path, modelFiles)) {
            requireVersions(path, modelFiles);
        }
    }

    private static void requireCode(ModelRef model) {
        try {
            Optional<Path> file = ModelRuntimes.onClassPath().of(model).codeFile(model);
            if (file.isPresent() && !Files.isReadable(file.get())) {
                throw new IllegalArgumentException(
                        "Cannot load model '%s': there is no such file. Give one that exists on every task manager."
                                .formatted(model.location()));
            }
        } catch (ModelLoadException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    private static void requireVersions(Path directory, Set<String> modelFiles) {
        String files = String.join(" or ", new TreeSet<>(modelFiles));
        List<Path> versions = versions(directory);
        if (versions.isEmpty()) {
            throw missing(
                    directory,
                    "the directory holds neither a readable %s nor numbered versions"
                            .formatted(files));
        }
        for (Path version : versions) {
            if (!holdsModel(version, modelFiles)) {
                throw missing(version, "the directory holds no readable " + files);
            }
        }
    }

    private static boolean holdsModel(Path directory, Set<String> modelFiles) {
        return modelFiles.stream().map(directory::resolve).anyMatch(Files::isReadable);
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
