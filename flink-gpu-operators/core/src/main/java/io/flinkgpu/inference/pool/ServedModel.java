package io.flinkgpu.inference.pool;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * The name and version by which clients ask a server for a model.
 *
 * @param version as the server shows it; empty in a request: the latest
 */
@Internal
public record ServedModel(String name, String version) implements Serializable {

    /** The latest version of a model. */
    public static final String LATEST = "";

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public ServedModel {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid model name: '" + name + "'. It must not be blank.");
        }
    }

    /** Whether a request for {@code wanted} may be answered by this model. */
    public boolean answers(ServedModel wanted) {
        return name.equals(wanted.name)
                && (wanted.version.equals(LATEST) || wanted.version.equals(version));
    }

    @Override
    public String toString() {
        return version.equals(LATEST) ? name : name + " version " + version;
    }
}
