package io.flinkgpu.inference.model;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/** The runtimes of a process, by name. Immutable, safe for use by many threads. */
@Internal
public final class ModelRuntimes {

    /** Where the runtimes of this project are, for people who miss one. */
    private static final Map<String, String> ARTIFACTS =
            Map.of(
                    ModelRef.TENSORFLOW, "flink-gpu-tensorflow",
                    ModelRef.ONNX, "flink-gpu-onnx",
                    ModelRef.PYTHON, "flink-gpu-python");

    private final Map<String, ModelRuntime> byName = new TreeMap<>();

    /** These runtimes; of two with one name the later one counts. */
    public ModelRuntimes(Iterable<? extends ModelRuntime> runtimes) {
        runtimes.forEach(runtime -> byName.put(runtime.name(), runtime));
    }

    /** Those that {@link ServiceLoader} finds beside this library. */
    public static ModelRuntimes onClassPath() {
        return new ModelRuntimes(
                ServiceLoader.load(ModelRuntime.class, ModelRuntimes.class.getClassLoader()));
    }

    /**
     * The runtime of a model.
     *
     * @throws IllegalArgumentException naming the artifact to add, if there is none of that name
     */
    public ModelRuntime of(ModelRef model) {
        ModelRuntime runtime = byName.get(model.runtime());
        if (runtime == null) {
            throw new IllegalArgumentException(
                    "Invalid model runtime: '%s'. Known runtimes: %s.%s"
                            .formatted(model.runtime(), byName.keySet(), advice(model.runtime())));
        }
        return runtime;
    }

    private static String advice(String name) {
        String artifact = ARTIFACTS.get(name);
        return artifact == null
                ? ""
                : " Put io.flinkgpu:%s and what it depends on into Flink's lib/ directory."
                        .formatted(artifact);
    }
}
