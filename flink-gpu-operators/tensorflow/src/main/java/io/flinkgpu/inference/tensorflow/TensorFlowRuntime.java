package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.RuntimeFeature;
import io.flinkgpu.inference.model.RuntimeLibrary;
import io.flinkgpu.inference.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Loads TensorFlow SavedModels.
 *
 * <p>The location is a directory with a {@code saved_model.pb}, which a host finds among numbered
 * versions and brings to this machine; the option {@value #INTRA_OP_THREADS} sets how many threads
 * one operation may use (0, the default, lets TensorFlow take all cores), and {@value #TAGS} the
 * comma-separated tags of the graph to load ({@code serve} by default).
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

    @Override
    public Set<String> modelFiles(ModelRef model) {
        return Set.of(SavedModelLoader.GRAPH_FILE);
    }
}
