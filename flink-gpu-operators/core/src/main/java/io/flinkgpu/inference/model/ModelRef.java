package io.flinkgpu.inference.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Names a model and the runtime that can load it.
 *
 * <p>Two equal references are the same model: a {@link ModelHost} loads it once per device.
 *
 * @param runtime name of the {@link ModelRuntime}, such as {@code tensorflow}
 * @param location where the runtime finds the model; a local directory for {@code tensorflow}
 * @param signature which of the model's entry points to run, such as {@code serving_default}
 * @param options further settings that the runtime documents
 */
@PublicEvolving
public record ModelRef(
        String runtime, String location, String signature, Map<String, String> options)
        implements Serializable {

    public static final String TENSORFLOW = "tensorflow";
    public static final String PYTHON = "python";
    public static final String DEFAULT_SIGNATURE = "serving_default";

    public ModelRef {
        requireText("model runtime", runtime);
        requireText("model location", location);
        requireText("model signature", signature);
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /**
     * A TensorFlow SavedModel in a local directory, at its default signature.
     *
     * @param directory the directory that holds {@code saved_model.pb}; it must exist on every task
     *     manager that runs the model
     */
    public static ModelRef savedModel(String directory) {
        return new ModelRef(TENSORFLOW, directory, DEFAULT_SIGNATURE, Map.of());
    }

    /**
     * A Python class or function, which runs in worker processes of its own.
     *
     * @param code {@code file.py:Class} or {@code package.module:Class}; it must be found on every
     *     task manager that runs the model
     */
    public static ModelRef python(String code) {
        return new ModelRef(PYTHON, code, DEFAULT_SIGNATURE, Map.of());
    }

    /** This model at another of its signatures. */
    public ModelRef withSignature(String name) {
        return new ModelRef(runtime, location, name, options);
    }

    /** This model with one more runtime option. */
    public ModelRef withOption(String key, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(key, value);
        return new ModelRef(runtime, location, signature, more);
    }

    /**
     * The name by which a server offers this model: the last part of its location, without the
     * version if the location ends in one; the class or function where it is code.
     */
    public String servedName() {
        if (runtime.equals(PYTHON)) {
            return location.substring(location.lastIndexOf(':') + 1);
        }
        String[] parts = parts();
        boolean versioned = !servedVersion().isEmpty();
        return parts[parts.length - (versioned ? 2 : 1)];
    }

    /**
     * The version in the location, such as 3 of {@code /models/digits/3}; empty if there is none.
     */
    public String servedVersion() {
        String[] parts = parts();
        String last = parts[parts.length - 1];
        return parts.length > 1 && last.matches("[0-9]{1,18}") ? last : "";
    }

    private String[] parts() {
        return location.replaceAll("/+$", "").replaceAll("^/+", "").split("/+", -1);
    }

    @Override
    public String toString() {
        return runtime + ":" + location + "#" + signature;
    }

    private static void requireText(String what, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid " + what + ": '" + value + "'. It must not be blank.");
        }
    }
}
