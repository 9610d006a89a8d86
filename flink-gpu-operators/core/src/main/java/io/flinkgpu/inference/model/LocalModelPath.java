package io.flinkgpu.inference.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/** What of a model's location is a path of this machine: all of it, or the file of Python code. */
@Internal
public final class LocalModelPath {

    private static final Pattern URI = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

    private LocalModelPath() {}

    /** Whether a location is a URI of a file system rather than a path. */
    public static boolean isUri(String location) {
        return URI.matcher(location).matches();
    }

    /**
     * The model at the place that its path means.
     *
     * @param places from the path as it is written to where it is looked for
     * @return the model as it is where it has no path, or nothing is at that place
     */
    public static ModelRef resolve(ModelRef model, UnaryOperator<Path> places) {
        String written = written(model);
        if (written.isEmpty() || isUri(model.location())) {
            return model;
        }
        Path place = places.apply(Path.of(written));
        return Files.exists(place)
                ? model.withLocation(place + model.location().substring(written.length()))
                : model;
    }

    /** Nothing where the location names a Python module. */
    private static String written(ModelRef model) {
        String location = model.location();
        if (!model.runtime().equals(ModelRef.PYTHON)) {
            return location;
        }
        String code = location.substring(0, Math.max(0, location.lastIndexOf(':')));
        return code.endsWith(".py") ? code : "";
    }
}
