package io.flinkgpu.inference.onnx;

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
 * Loads ONNX models.
 *
 * <p>The location is a file {@code *.onnx} or {@code *.ort}, or a directory that holds {@code
 * model.onnx} or {@code model.ort}, which a host finds among numbered versions and brings to this
 * machine. Weights in files beside the model come along from a directory alone. The option {@value
 * #INTRA_OP_THREADS} sets how many threads one operation may use (0, the default, takes all cores;
 * 1 runs in the caller's thread), and {@value #GRAPH_OPTIMIZATION} how far the graph is rewritten
 * when it is loaded: {@code none}, {@code basic}, {@code extended} or {@code all}, the default.
 *
 * <p>On a GPU the CUDA execution provider runs what it can, within the lease's memory. A model has
 * one entry point, {@code serving_default}.
 */
@PublicEvolving
public final class OnnxRuntime implements ModelRuntime {

    public static final String INTRA_OP_THREADS = "onnx.intra-op-threads";
    public static final String GRAPH_OPTIMIZATION = "onnx.graph-optimization";

    /** Its natives are unpacked and loaded anew by every class loader that defines its classes. */
    static final RuntimeLibrary LIBRARY =
            new RuntimeLibrary(
                    "ONNX Runtime",
                    "ai.onnxruntime.OrtSession",
                    "onnxruntime",
                    "each submission would load another copy of its natives, which is never unloaded",
                    "ai.onnxruntime.;com.google.protobuf.;io.flinkgpu.");

    @Override
    public String name() {
        return ModelRef.ONNX;
    }

    @Override
    public Map<RuntimeFeature, String> unsupported() {
        Map<RuntimeFeature, String> unsupported = new EnumMap<>(RuntimeFeature.class);
        for (DataType type : DataType.values()) {
            if (!OnnxTypes.canBeInput(type)) {
                unsupported.put(
                        RuntimeFeature.of(type),
                        "ONNX Runtime's Java API makes no tensor of %s. Take a signed type and cast it inside of the model; outputs may have the type."
                                .formatted(type));
            }
        }
        unsupported.put(
                RuntimeFeature.BINARY_STRINGS,
                "ONNX Runtime's Java API takes UTF-8 within the Basic Multilingual Plane, without U+0000. Give the model token ids, or bytes as uint8.");
        return unsupported;
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        LIBRARY.requireSafe(OnnxRuntime.class.getClassLoader());
        return OnnxLoader.load(model, device);
    }

    @Override
    public Set<String> modelFiles(ModelRef model) {
        return Set.copyOf(OnnxFiles.NAMES);
    }
}
