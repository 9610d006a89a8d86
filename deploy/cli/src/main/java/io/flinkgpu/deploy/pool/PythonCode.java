package io.flinkgpu.deploy.pool;

import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.annotation.Internal;

/**
 * Python code that a user names: {@code file.py:Class} or {@code package.module:Class}.
 *
 * @param place the file or the module
 * @param attribute the class or function in it
 */
@Internal
public record PythonCode(String place, String attribute) {

    /**
     * The code of a model.
     *
     * @throws IllegalArgumentException if it names no class or function
     */
    public static PythonCode of(ModelRef model) {
        String location = model.location();
        int colon = location.lastIndexOf(':');
        if (colon <= 0 || colon == location.length() - 1) {
            throw new IllegalArgumentException(
                    "Invalid model: %s. Write file.py:Class or package.module:Class."
                            .formatted(location));
        }
        return new PythonCode(location.substring(0, colon), location.substring(colon + 1));
    }

    /**
     * Whether its file is there, as far as that can be seen from here: a module may be anywhere.
     */
    public boolean isPresent() {
        return !isFile() || Files.isReadable(Path.of(place));
    }

    /** The code of the same name in another directory. */
    public PythonCode in(Path directory) {
        return isFile()
                ? new PythonCode(directory.resolve(place).normalize().toString(), attribute)
                : this;
    }

    /** The code with an absolute path, if it has one. */
    public PythonCode absolute() {
        return in(Path.of("").toAbsolutePath());
    }

    /**
     * Looks at the file from here; the task managers look again.
     *
     * @throws IllegalArgumentException if there is none
     */
    public void requirePresent() {
        if (!isPresent()) {
            throw new IllegalArgumentException(
                    "Cannot load model '%s:%s': there is no such file. Give a Python file that exists on every task manager."
                            .formatted(place, attribute));
        }
    }

    /** As {@link ModelRef#parse} reads it. */
    @Override
    public String toString() {
        return ModelRef.PYTHON + ":" + place + ":" + attribute;
    }

    private boolean isFile() {
        return place.endsWith(".py");
    }
}
