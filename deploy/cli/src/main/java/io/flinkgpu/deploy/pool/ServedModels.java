package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.model.ModelArgument;
import io.flinkgpu.inference.model.ModelRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The models of a pool as the command line names them: {@code [NAME=]LOCATION[#SIGNATURE]}. */
final class ServedModels {

    private static final String GRAPH_FILE = "saved_model.pb";
    private static final String VERSION = "[0-9]{1,18}";

    private ServedModels() {}

    /**
     * Reads the texts and looks at directories from here; the task managers look again, and alone
     * where the location is a URI.
     *
     * @return the models by the name under which to serve each
     * @throws IllegalArgumentException if a directory holds no SavedModel, or two models have the
     *     same name
     */
    static Map<String, ModelRef> parse(Collection<String> texts) {
        Map<String, ModelRef> models = new TreeMap<>();
        for (String text : texts) {
            ModelRef model = model(text);
            String name = name(text, model);
            if (models.putIfAbsent(name, model) != null) {
                throw new IllegalArgumentException(
                        "Invalid --model: %s. Another model is named '%s', too; write NAME=LOCATION."
                                .formatted(text, name));
            }
        }
        return models;
    }

    private static ModelRef model(String text) {
        String location = text.substring(nameEnd(text) + 1);
        if (location.isBlank() || location.startsWith("#")) {
            throw new IllegalArgumentException(
                    "Invalid --model: %s. Write [NAME=]LOCATION[#SIGNATURE].".formatted(text));
        }
        ModelRef model = ModelArgument.parse(location);
        if (!ModelArgument.isUri(model.location())) {
            requirePresent(Path.of(model.location()));
        }
        return model;
    }

    private static String name(String text, ModelRef model) {
        int end = nameEnd(text);
        return end < 0 ? model.servedName() : text.substring(0, end);
    }

    /** The position of the '=' behind the name; -1 if there is no name. */
    private static int nameEnd(String text) {
        int equals = text.indexOf('=');
        return equals > 0 && !text.substring(0, equals).contains("/") ? equals : -1;
    }

    private static void requirePresent(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw missing(directory, "there is no such directory");
        }
        if (isModel(directory)) {
            return;
        }
        List<Path> versions = versions(directory);
        if (versions.isEmpty()) {
            throw missing(
                    directory,
                    "it holds neither a readable " + GRAPH_FILE + " nor numbered versions");
        }
        for (Path version : versions) {
            if (!isModel(version)) {
                throw missing(version, "it holds no readable " + GRAPH_FILE);
            }
        }
    }

    private static boolean isModel(Path directory) {
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
                "Cannot serve model '%s': %s. Give the directory of a TensorFlow SavedModel, or of numbered versions of one."
                        .formatted(directory, reason));
    }
}
