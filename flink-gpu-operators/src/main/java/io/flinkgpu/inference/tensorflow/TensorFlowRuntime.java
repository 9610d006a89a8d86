package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;

/**
 * Loads TensorFlow SavedModels.
 *
 * <p>The location is a local directory; the option {@value #INTRA_OP_THREADS} sets how many threads
 * one operation may use (0, the default, lets TensorFlow take all cores), and {@value #TAGS} the
 * comma-separated tags of the graph to load ({@code serve} by default).
 */
public final class TensorFlowRuntime implements ModelRuntime {

    public static final String INTRA_OP_THREADS = "tensorflow.intra-op-threads";
    public static final String TAGS = "tensorflow.tags";

    @Override
    public String name() {
        return ModelRef.TENSORFLOW;
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        TensorFlowLibrary.requireSafe(TensorFlowRuntime.class.getClassLoader());
        return SavedModelLoader.load(model, device);
    }
}
