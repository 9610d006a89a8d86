package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.inference.python.PythonModel;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.MemorySize;

/**
 * What the checks run on.
 *
 * @param devices as discovery lists them, at least one
 * @param python the interpreter that has PyTorch
 * @param scratch for files
 */
record GpuMachine(List<GpuDevice> devices, String python, Path scratch) {

    private static final MemorySize MEMORY = MemorySize.ofMebiBytes(512);
    private static final String CODE = "gpu_check.py";

    GpuMachine {
        devices = List.copyOf(devices);
    }

    /** The device that the jobs run on: the first. */
    GpuDevice device() {
        return devices.get(0);
    }

    /** Whether there is no GPU behind the devices. */
    boolean isSimulated() {
        return device().simulated();
    }

    /** What a stage needs whose subtasks get a device each, a share of one, or none. */
    static StageProfile profile(double gpus) {
        return StageProfile.named(gpus > 0 ? "inference" : "others")
                .cpuCores(1)
                .taskHeap(MEMORY)
                .taskOffHeap(MEMORY)
                .gpus(gpus)
                .build();
    }

    /** A class of the checks' own Python file. */
    PythonModel model(String pythonClass) throws IOException {
        Path code = scratch.resolve(CODE);
        if (!Files.exists(code)) {
            try (InputStream source = GpuMachine.class.getResourceAsStream(CODE)) {
                Files.copy(source, code);
            }
        }
        return PythonModel.of(code + ":" + pythonClass)
                .executable(python)
                .requires("torch")
                // one context of the device is alive at a time in a check of what ends it
                .workers(1);
    }
}
