package io.flinkgpu.inference.onnx;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the files of a model are. */
final class OnnxFiles {

    /** What the model of a directory is called. */
    static final List<String> NAMES = List.of("model.onnx", "model.ort");

    private OnnxFiles() {}

    /**
     * The file to load.
     *
     * @throws ModelLoadException if there is none
     */
    static Path file(ModelRef model) throws ModelLoadException {
        Path path;
        try {
            path = Path.of(model.location());
        } catch (InvalidPathException invalid) {
            throw missing(model, "it is not a local path", invalid);
        }
        if (Files.isRegularFile(path)) {
            return path;
        }
        if (!Files.isDirectory(path)) {
            throw missing(model, "there is no such file or directory", null);
        }
        return in(path).orElseThrow(
                        () ->
                                missing(
                                        model,
                                        "the directory holds no readable "
                                                + String.join(" or ", NAMES),
                                        null));
    }

    /**
     * The size of the file and of those beside it whose names begin with its name, where exporters
     * put weights.
     */
    static long bytes(Path file) throws IOException {
        String name = file.getFileName().toString();
        long bytes = 0;
        try (Stream<Path> siblings = Files.list(file.toAbsolutePath().getParent())) {
            for (Path sibling : siblings.filter(Files::isRegularFile).toList()) {
                if (sibling.getFileName().toString().startsWith(name)) {
                    bytes += Files.size(sibling);
                }
            }
        }
        return bytes;
    }

    private static Optional<Path> in(Path directory) {
        return NAMES.stream().map(directory::resolve).filter(Files::isReadable).findFirst();
    }

    private static ModelLoadException missing(ModelRef model, String reason, Exception cause) {
        return new ModelLoadException(
                "Cannot load model '%s': %s. Give an ONNX file that exists on every task manager that runs the model."
                        .formatted(model.location(), reason),
                cause);
    }
}
