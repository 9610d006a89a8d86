package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.RuntimeFeature;
import io.flinkgpu.inference.model.RuntimeLibrary;
import io.flinkgpu.inference.tensor.DataType;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Loads TensorFlow SavedModels.
 *
 * <p>The location is a local directory with a {@code saved_model.pb}, or one with a numbered
 * subdirectory for each version, of which the highest is loaded; the option {@value
 * #INTRA_OP_THREADS} sets how many threads one operation may use (0, the default, lets TensorFlow
 * take all cores), and {@value #TAGS} the comma-separated tags of the graph to load ({@code serve}
 * by default).
 *
 * <p>The threads of operations belong to the process, and its first session fixes how many they are
 * (tensorflow/core/common_runtime/local_device.cc): the first model loaded decides for all.
 */
@PublicEvolving
public final class TensorFlowRuntime implements ModelRuntime {

    public static final String INTRA_OP_THREADS = "tensorflow.intra-op-threads";
    public static final String TAGS = "tensorflow.tags";

    /** A second copy of its natives, under another file name, aborts the JVM. */
    static final RuntimeLibrary LIBRARY =
            new RuntimeLibrary(
                    "TensorFlow",
                    "org.tensorflow.TensorFlow",
                    "tensorflow-core-api, ndarray, javacpp and tensorflow-core-native for this platform",
                    "a second submission would abort the task manager",
                    "org.tensorflow.;org.bytedeco.;com.google.protobuf.;io.flinkgpu.");

    @Override
    public String name() {
        return ModelRef.TENSORFLOW;
    }

    @Override
    public Map<RuntimeFeature, String> unsupported() {
        Map<RuntimeFeature, String> unsupported = new EnumMap<>(RuntimeFeature.class);
        for (DataType type : DataType.values()) {
            if (!TensorFlowTypes.holds(type)) {
                unsupported.put(
                        RuntimeFeature.of(type),
                        "TensorFlow Java cannot hold %s. Take another type and cast it inside of the model."
                                .formatted(type));
            }
        }
        return unsupported;
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        LIBRARY.requireSafe(TensorFlowRuntime.class.getClassLoader());
        return SavedModelLoader.load(model, device);
    }

    /** A directory with a graph of its own is version 1; reads the directory alone. */
    @Override
    public SortedMap<Long, ModelRef> versions(ModelRef model) throws ModelLoadException {
        SortedMap<Long, ModelRef> versions = new TreeMap<>();
        SavedModelLoader.versions(model)
                .forEach(
                        (number, directory) ->
                                versions.put(number, at(model, directory.toString())));
        return versions;
    }

    private static ModelRef at(ModelRef model, String directory) {
        return Path.of(model.location()).equals(Path.of(directory))
                ? model
                : model.withLocation(directory);
    }
}
