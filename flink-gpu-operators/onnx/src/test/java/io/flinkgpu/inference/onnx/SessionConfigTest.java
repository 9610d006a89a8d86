package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionConfigTest {

    private static final ModelRef MODEL = ModelRef.onnx("m.onnx");

    @ParameterizedTest
    @ValueSource(strings = {"none", "basic", "extended", "all"})
    void takesEachLevelOfOptimization(String level) throws Exception {
        options(MODEL.withOption(OnnxRuntime.GRAPH_OPTIMIZATION, level));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "7"})
    void takesANumberOfThreads(String threads) throws Exception {
        options(MODEL.withOption(OnnxRuntime.INTRA_OP_THREADS, threads));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", ""})
    void refusesABadNumberOfThreads(String threads) {
        assertThatThrownBy(() -> options(MODEL.withOption(OnnxRuntime.INTRA_OP_THREADS, threads)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Invalid onnx.intra-op-threads: %s. It must be 0 (all cores) or a number of threads."
                                .formatted(threads));
    }

    @Test
    void refusesALevelThatThereIsNot() {
        assertThatThrownBy(() -> options(MODEL.withOption(OnnxRuntime.GRAPH_OPTIMIZATION, "most")))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Invalid onnx.graph-optimization: most. It must be one of [none, basic, extended, all].");
    }

    @Test
    void limitsTheMemoryOfASharedGpu() {
        assertThat(cuda(gpu(1L << 30)))
                .containsEntry("gpu_mem_limit", "1073741824")
                .containsEntry("arena_extend_strategy", "kSameAsRequested");
        assertThat(cuda(gpu(0))).doesNotContainKey("gpu_mem_limit");
    }

    @Test
    void saysWhichJarAGpuNeeds() {
        assertThatThrownBy(() -> new SessionConfig(MODEL, gpu(0)).options())
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith(
                        "Cannot load model 'm.onnx' on GPU-7: this ONNX Runtime cannot use CUDA (")
                .hasMessageEndingWith(
                        "Put onnxruntime_gpu into Flink's lib/ directory instead of onnxruntime.");
    }

    private static ModelDevice gpu(long capBytes) {
        return new ModelDevice("GPU-7", ModelDevice.Kind.GPU, 1, capBytes, 8L << 30);
    }

    private static Map<String, String> cuda(ModelDevice device) {
        return new SessionConfig(MODEL, device).cuda();
    }

    private static void options(ModelRef model) throws Exception {
        new SessionConfig(model, ModelDevice.cpu()).options().close();
    }
}
