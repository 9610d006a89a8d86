package io.flinkgpu.inference.onnx;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the files of a model are. */
final class OnnxFiles {

    private static final List<String> NAMES = List.of("model.onnx", "model.ort");
    private static final Pattern VERSION_NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final long ONLY_VERSION = 1;

    private OnnxFiles() {}

    /**
     * The file to load, which holds the highest version.
     *
     * @throws ModelLoadException if there is none
     */
    static Path file(ModelRef model) throws ModelLoadException {
        SortedMap<Long, Path> versions = versions(model);
        Path latest = versions.get(versions.lastKey());
        return in(latest).orElse(latest);
    }

    /**
     * The file or directory of each version.
     *
     * @throws ModelLoadException if there is none
     */
    static SortedMap<Long, Path> versions(ModelRef model) throws ModelLoadException {
        Path path;
        try {
            path = Path.of(model.location());
        } catch (InvalidPathException invalid) {
            throw missing(model, "it is not a local path", invalid);
        }
        if (Files.isRegularFile(path) || in(path).isPresent()) {
            return new TreeMap<>(Map.of(ONLY_VERSION, path));
        }
        if (!Files.isDirectory(path)) {
            throw missing(model, "there is no such file or directory", null);
        }
        SortedMap<Long, Path> numbered = numberedVersions(model, path);
        if (numbered.isEmpty()) {
            throw missing(
                    model,
                    "the directory holds neither a readable model.onnx or model.ort nor numbered versions",
                    null);
        }
        return numbered;
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

    private static SortedMap<Long, Path> numberedVersions(ModelRef model, Path directory)
            throws ModelLoadException {
        SortedMap<Long, Path> versions = new TreeMap<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                String name = child.getFileName().toString();
                if (VERSION_NUMBER.matcher(name).matches() && in(child).isPresent()) {
                    versions.putIfAbsent(Long.parseLong(name), child);
                }
            }
        } catch (IOException failure) {
            throw missing(model, "the directory cannot be listed", failure);
        }
        return versions;
    }

    private static ModelLoadException missing(ModelRef model, String reason, Exception cause) {
        return new ModelLoadException(
                "Cannot load model '%s': %s. Give an ONNX file that exists on every task manager that runs the model."
                        .formatted(model.location(), reason),
                cause);
    }
}
