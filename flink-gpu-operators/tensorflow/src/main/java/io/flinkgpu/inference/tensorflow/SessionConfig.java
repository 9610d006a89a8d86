package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.RuntimeOptions;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/** TensorFlow's session settings for a model on a device. */
final class SessionConfig {

    /**
     * Runs the graph in the thread that calls {@code run} (tensorflow/core/protobuf/config.proto).
     */
    private static final int IN_CALLERS_THREAD = -1;

    private SessionConfig() {}

    static ConfigProto of(ModelRef model, ModelDevice device) throws ModelLoadException {
        ConfigProto.Builder config =
                ConfigProto.newBuilder()
                        .setInterOpParallelismThreads(IN_CALLERS_THREAD)
                        .setIntraOpParallelismThreads(
                                RuntimeOptions.threads(model, TensorFlowRuntime.INTRA_OP_THREADS))
                        .setAllowSoftPlacement(true);
        switch (device.kind()) {
            case GPU -> config.setGpuOptions(gpuOptions(device));
            case SIMULATED_GPU ->
                    config.putDeviceCount("CPU", device.ordinal() + 1).putDeviceCount("GPU", 0);
            case CPU -> config.putDeviceCount("GPU", 0);
        }
        return config.build();
    }

    /**
     * Without a cap TensorFlow grows as it needs. A cap is a fraction of the device, taken at once;
     * TensorFlow fixes it per process with the first session on the device.
     */
    private static GPUOptions gpuOptions(ModelDevice device) {
        GPUOptions.Builder options = GPUOptions.newBuilder();
        if (device.memoryCapBytes() == 0) {
            return options.setAllowGrowth(true).build();
        }
        double fraction = (double) device.memoryCapBytes() / device.memoryBytes();
        return options.setPerProcessGpuMemoryFraction(Math.min(1, fraction)).build();
    }
}
