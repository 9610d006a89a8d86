package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.ConfigProto;

class SessionConfigTest {

    private static final ModelRef MODEL = ModelRef.savedModel("digits");

    @Test
    void runsInTheCallersThreadWithAllCores() throws Exception {
        ConfigProto config = SessionConfig.of(MODEL, ModelDevice.cpu());

        assertThat(config.getInterOpParallelismThreads()).isEqualTo(-1);
        assertThat(config.getIntraOpParallelismThreads()).isZero();
        assertThat(config.getAllowSoftPlacement()).isTrue();
    }

    @Test
    void usesTheThreadsThatItIsTold() throws Exception {
        ModelRef model = MODEL.withOption(TensorFlowRuntime.INTRA_OP_THREADS, "3");

        assertThat(SessionConfig.of(model, ModelDevice.cpu()).getIntraOpParallelismThreads())
                .isEqualTo(3);
    }

    @Test
    void hidesGpusFromModelsOnTheProcessor() throws Exception {
        assertThat(SessionConfig.of(MODEL, ModelDevice.cpu()).getDeviceCountMap())
                .containsEntry("GPU", 0);
    }

    @Test
    void makesASimulatedDeviceOfEachOrdinal() throws Exception {
        ModelDevice third = new ModelDevice("s", ModelDevice.Kind.SIMULATED_GPU, 2, 0, 1);

        assertThat(SessionConfig.of(MODEL, third).getDeviceCountMap()).containsEntry("CPU", 3);
    }

    @Test
    void growsOnAGpuOfItsOwn() throws Exception {
        ConfigProto config = SessionConfig.of(MODEL, gpu(0, 1_000));

        assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
        assertThat(config.getGpuOptions().getPerProcessGpuMemoryFraction()).isZero();
    }

    @Test
    void takesItsShareOfASharedGpu() throws Exception {
        assertThat(
                        SessionConfig.of(MODEL, gpu(250, 1_000))
                                .getGpuOptions()
                                .getPerProcessGpuMemoryFraction())
                .isEqualTo(0.25);
        assertThat(
                        SessionConfig.of(MODEL, gpu(2_000, 1_000))
                                .getGpuOptions()
                                .getPerProcessGpuMemoryFraction())
                .isEqualTo(1);
    }

    private static ModelDevice gpu(long cap, long memory) {
        return new ModelDevice("g", ModelDevice.Kind.GPU, 0, cap, memory);
    }
}
