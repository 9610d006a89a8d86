package io.flinkgpu.inference.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Names a model and the runtime that can load it.
 *
 * <p>Two equal references are the same model: a {@link ModelHost} loads it once per device.
 *
 * @param runtime name of the {@link ModelRuntime}, such as {@code tensorflow}
 * @param location where the runtime finds the model, such as a local directory
 * @param signature which of the model's entry points to run, such as {@code serving_default}
 * @param options further settings that the runtime documents
 */
@PublicEvolving
public record ModelRef(
        String runtime, String location, String signature, Map<String, String> options)
        implements Serializable {

    public static final String TENSORFLOW = "tensorflow";
    public static final String ONNX = "onnx";
    public static final String PYTHON = "python";
    public static final String DEFAULT_SIGNATURE = "serving_default";

    private static final Pattern TEXT =
            Pattern.compile("(?:([a-z][a-z0-9-]*):)?(.+?)(?:#([^/#]+))?", Pattern.DOTALL);
    private static final Pattern ONNX_FILE = Pattern.compile("(.+)\\.(onnx|ort)");
    private static final Pattern PYTHON_FILE = Pattern.compile(".+\\.py:[^/:]+");

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
     * An ONNX model in a local file.
     *
     * @param path a file {@code *.onnx} or {@code *.ort}, or a directory that holds {@code
     *     model.onnx}; it must exist on every task manager that runs the model
     */
    public static ModelRef onnx(String path) {
        return new ModelRef(ONNX, path, DEFAULT_SIGNATURE, Map.of());
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

    /**
     * The model that a text names: {@code [RUNTIME:]LOCATION[#SIGNATURE]}, such as {@code
     * onnx:/models/digits} or {@code python:models.sentiment:Sentiment}.
     *
     * <p>Without a runtime, a location that ends in {@code .onnx} or {@code .ort} is an ONNX model,
     * {@code file.py:Class} is Python code, and any other one a TensorFlow SavedModel. What {@link
     * #toString()} gives is the same model without its options.
     *
     * @throws IllegalArgumentException if it has no location
     */
    public static ModelRef parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || parts.group(2).isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid model: '" + text + "'. Write [RUNTIME:]LOCATION[#SIGNATURE].");
        }
        String location = parts.group(2);
        String runtime = parts.group(1) == null ? runtimeOf(location) : parts.group(1);
        String signature = parts.group(3) == null ? DEFAULT_SIGNATURE : parts.group(3);
        return new ModelRef(runtime, location, signature, Map.of());
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
     * This model at another location.
     *
     * @param path where the runtime finds it
     */
    public ModelRef withLocation(String path) {
        return new ModelRef(runtime, path, signature, options);
    }

    /**
     * The name by which a server offers this model: the last part of its location, without the
     * version if the location ends in one, and without the extension of an ONNX file; the class or
     * function where it is code.
     */
    public String servedName() {
        if (runtime.equals(PYTHON)) {
            return location.substring(location.lastIndexOf(':') + 1);
        }
        String[] parts = parts();
        boolean versioned = !servedVersion().isEmpty();
        String last = parts[parts.length - (versioned ? 2 : 1)];
        Matcher file = ONNX_FILE.matcher(last);
        return runtime.equals(ONNX) && file.matches() ? file.group(1) : last;
    }

    /**
     * The version in the location, such as 3 of {@code /models/digits/3}; empty if there is none.
     */
    public String servedVersion() {
        String[] parts = parts();
        String last = parts[parts.length - 1];
        return parts.length > 1 && last.matches("[0-9]{1,18}") ? last : "";
    }

    private static String runtimeOf(String location) {
        if (ONNX_FILE.matcher(location).matches()) {
            return ONNX;
        }
        return PYTHON_FILE.matcher(location).matches() ? PYTHON : TENSORFLOW;
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
