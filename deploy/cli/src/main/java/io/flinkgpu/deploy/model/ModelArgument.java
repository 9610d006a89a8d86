package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Path;
import org.apache.flink.annotation.Internal;

/** A model as the command line names it: {@code LOCATION[#SIGNATURE]}. */
@Internal
public final class ModelArgument {

    private static final String URI = "[a-zA-Z][a-zA-Z0-9+.-]*:/.*";

    private ModelArgument() {}

    /**
     * Reads the text; a path becomes absolute, and nothing is looked at.
     *
     * @throws IllegalArgumentException if it has no location
     */
    public static ModelRef parse(String text) {
        int hash = text.lastIndexOf('#');
        String location = hash < 0 ? text : text.substring(0, hash);
        ModelRef model = ModelRef.savedModel(location.isBlank() ? "" : absolute(location));
        return hash < 0 ? model : model.withSignature(text.substring(hash + 1));
    }

    /** Whether a location is a URI, which this machine may have no files of. */
    public static boolean isUri(String location) {
        return location.matches(URI);
    }

    private static String absolute(String location) {
        return isUri(location)
                ? location
                : Path.of(location).toAbsolutePath().normalize().toString();
    }
}
