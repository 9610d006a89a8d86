package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.RuntimeOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime's session settings for a model on a device. */
final class SessionConfig {

    private static final Map<String, OptLevel> LEVELS = new LinkedHashMap<>();

    static {
        LEVELS.put("none", OptLevel.NO_OPT);
        LEVELS.put("basic", OptLevel.BASIC_OPT);
        LEVELS.put("extended", OptLevel.EXTENDED_OPT);
        LEVELS.put("all", OptLevel.ALL_OPT);
    }

    /** Threads that wait in a loop for the next operation would take the cores of other stages. */
    private static final String SPINNING = "session.intra_op.allow_spinning";

    /** Takes what a batch needs; the other strategy doubles, and so would pass a limit. */
    private static final String EXACT_ARENA = "kSameAsRequested";

    private final ModelRef model;
    private final ModelDevice device;

    SessionConfig(ModelRef model, ModelDevice device) {
        this.model = model;
        this.device = device;
    }

    /**
     * The settings; the caller closes them after the session.
     *
     * @throws ModelLoadException if an option of the model is invalid, or ONNX Runtime has no CUDA
     *     for a model on a GPU
     */
    OrtSession.SessionOptions options() throws ModelLoadException, OrtException {
        int threads = RuntimeOptions.threads(model, OnnxRuntime.INTRA_OP_THREADS);
        OptLevel level = optimization();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
            options.addConfigEntry(SPINNING, "0");
            options.setOptimizationLevel(level);
            if (device.kind() == ModelDevice.Kind.GPU) {
                addCuda(options);
            }
            return options;
        } catch (OrtException | ModelLoadException | RuntimeException failure) {
            options.close();
            throw failure;
        }
    }

    /**
     * The settings of CUDA, as onnxruntime's documentation of the execution provider names them.
     */
    Map<String, String> cuda() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("arena_extend_strategy", EXACT_ARENA);
        if (device.memoryCapBytes() > 0) {
            settings.put("gpu_mem_limit", Long.toString(device.memoryCapBytes()));
        }
        return settings;
    }

    private void addCuda(OrtSession.SessionOptions options) throws ModelLoadException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.ordinal())) {
            for (Map.Entry<String, String> setting : cuda().entrySet()) {
                cuda.add(setting.getKey(), setting.getValue());
            }
            options.addCUDA(cuda);
        } catch (OrtException failure) {
            throw new ModelLoadException(
                    "Cannot load model '%s' on %s: this ONNX Runtime cannot use CUDA (%s). Put onnxruntime_gpu into Flink's lib/ directory instead of onnxruntime."
                            .formatted(model.location(), device, failure.getMessage()),
                    failure);
        }
    }

    private OptLevel optimization() throws ModelLoadException {
        String value = model.options().getOrDefault(OnnxRuntime.GRAPH_OPTIMIZATION, "all");
        OptLevel level = LEVELS.get(value);
        if (level == null) {
            throw new ModelLoadException(
                    "Invalid %s: %s. It must be one of %s."
                            .formatted(OnnxRuntime.GRAPH_OPTIMIZATION, value, LEVELS.keySet()));
        }
        return level;
    }
}
