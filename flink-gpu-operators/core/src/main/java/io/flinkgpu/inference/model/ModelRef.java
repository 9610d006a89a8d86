package io.flinkgpu.inference.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.Locale;
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
 * @param location where the model lies: a path, or a URI of one of Flink's file systems
 * @param signature which of the model's entry points to run, such as {@code serving_default}
 * @param options further settings that the runtime documents, next to {@value #VERSION} and {@value
 *     #SHA256}
 */
@PublicEvolving
public record ModelRef(
        String runtime, String location, String signature, Map<String, String> options)
        implements Serializable {

    public static final String TENSORFLOW = "tensorflow";
    public static final String ONNX = "onnx";
    public static final String PYTHON = "python";
    public static final String DEFAULT_SIGNATURE = "serving_default";

    /** The option that says which of the versions at the location to run. */
    public static final String VERSION = "model.version";

    /** The option that says which checksum the model has to have. */
    public static final String SHA256 = "model.sha256";

    /** The version with the highest number. */
    public static final String LATEST = "latest";

    /** A scheme in front of two slashes, and {@code file:}, are a URI's and name no runtime. */
    private static final Pattern TEXT =
            Pattern.compile(
                    "(?:(?!file:)([a-z][a-z0-9-]*):(?!//))?(.+?)(?:#([^/#]+))?", Pattern.DOTALL);

    private static final Pattern ONNX_FILE = Pattern.compile("(.+)\\.(onnx|ort)");
    private static final Pattern VERSION_NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PYTHON_FILE = Pattern.compile(".+\\.py:[^/:]+");

    public ModelRef {
        requireText("model runtime", runtime);
        requireText("model location", location);
        requireText("model signature", signature);
        requireHostOptions(options);
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /**
     * A TensorFlow SavedModel at its default signature.
     *
     * @param directory the directory that holds {@code saved_model.pb}, or a numbered one for each
     *     version; a local one must exist on every task manager that runs the model
     */
    public static ModelRef savedModel(String directory) {
        return new ModelRef(TENSORFLOW, directory, DEFAULT_SIGNATURE, Map.of());
    }

    /**
     * An ONNX model at its only entry point.
     *
     * @param path a file {@code *.onnx} or {@code *.ort}, or a directory that holds {@code
     *     model.onnx} or {@code model.ort}, or a numbered one for each version; a local one must
     *     exist on every task manager that runs the model
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
     * onnx:/models/digits}, {@code s3://models/digits} or {@code
     * python:models.sentiment:Sentiment}.
     *
     * <p>Without a runtime, a location that ends in {@code .onnx} or {@code .ort} is an ONNX model,
     * {@code file.py:Class} is Python code, and any other one a TensorFlow SavedModel. A name in
     * front of {@code ://}, and {@code file:}, are the scheme of a URI. What {@link #toString()}
     * gives is the same model without its options.
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

    /** This model at another location. */
    public ModelRef withLocation(String other) {
        return new ModelRef(runtime, other, signature, options);
    }

    /**
     * This model in one of its versions, which lie in numbered directories below its location.
     *
     * @param version a number, or {@value #LATEST}: the highest at the time of loading, as without
     *     a version; a pool that is started without one serves all
     * @throws IllegalArgumentException if it is neither
     */
    public ModelRef withVersion(String version) {
        return withOption(VERSION, version);
    }

    /**
     * This model in the version of a number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ModelRef withVersion(long number) {
        return withVersion(Long.toString(number));
    }

    /**
     * This model, which is refused if its files are others.
     *
     * @param checksum SHA-256 in 64 hexadecimal digits: of the file, or for a directory of the
     *     lines that {@code sha256sum} prints for its files in the order of their paths
     * @throws IllegalArgumentException if it is none
     */
    public ModelRef withSha256(String checksum) {
        return withOption(SHA256, checksum.toLowerCase(Locale.ROOT));
    }

    /** The version that is asked for: a number, {@value #LATEST}, or empty: not said. */
    public String version() {
        return options.getOrDefault(VERSION, "");
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
        boolean versioned = !versionInLocation().isEmpty();
        String last = parts[parts.length - (versioned ? 2 : 1)];
        Matcher file = ONNX_FILE.matcher(last);
        return runtime.equals(ONNX) && file.matches() ? file.group(1) : last;
    }

    /**
     * The version by which a server is asked for this model: the one that is set, or else the one
     * in the location, such as 3 of {@code /models/digits/3}; empty: the latest.
     */
    public String servedVersion() {
        return VERSION_NUMBER.matcher(version()).matches() ? version() : versionInLocation();
    }

    private String versionInLocation() {
        String[] parts = parts();
        String last = parts[parts.length - 1];
        return parts.length > 1 && VERSION_NUMBER.matcher(last).matches() ? last : "";
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

    private static void requireHostOptions(Map<String, String> options) {
        String version = options.getOrDefault(VERSION, LATEST);
        if (!version.equals(LATEST) && !VERSION_NUMBER.matcher(version).matches()) {
            throw new IllegalArgumentException(
                    "Invalid model version: '%s'. It must be a number or '%s'."
                            .formatted(version, LATEST));
        }
        String checksum = options.get(SHA256);
        if (checksum != null && !CHECKSUM.matcher(checksum).matches()) {
            throw new IllegalArgumentException(
                    "Invalid model checksum: '%s'. It must be a SHA-256 in 64 hexadecimal digits."
                            .formatted(checksum));
        }
    }

    private static void requireText(String what, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid " + what + ": '" + value + "'. It must not be blank.");
        }
    }
}
