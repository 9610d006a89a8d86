package io.flinkgpu.job.infer;

import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the models lie that a file names: relative paths are relative to the file. */
final class ModelLocations {

    private static final String URI = "[a-zA-Z][a-zA-Z0-9+.-]*:/.*";

    private ModelLocations() {}

    /** The model with an absolute path, if its location is a path that exists. */
    static ModelRef resolve(ModelRef model, Path directory) {
        String location = model.location();
        String path = pathOf(model);
        if (path.isEmpty() || location.matches(URI)) {
            return model;
        }
        Path resolved = directory.resolve(path).normalize();
        return Files.exists(resolved)
                ? model.withLocation(resolved + location.substring(path.length()))
                : model;
    }

    /** What of a location is a path; nothing of it if it names a Python module. */
    private static String pathOf(ModelRef model) {
        String location = model.location();
        if (!model.runtime().equals(ModelRef.PYTHON)) {
            return location;
        }
        String code = location.substring(0, Math.max(0, location.lastIndexOf(':')));
        return code.endsWith(".py") ? code : "";
    }
}
