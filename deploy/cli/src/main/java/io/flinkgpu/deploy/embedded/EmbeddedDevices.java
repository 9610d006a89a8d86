package io.flinkgpu.deploy.embedded;

import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.resources.device.DeviceDiscovery;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.GpuDriverOptions;
import io.flinkgpu.resources.device.NvidiaSmiDiscovery;
import io.flinkgpu.resources.device.SimulatedDiscovery;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The devices of a Flink in this process, which loads no driver plugin. */
@Internal
public final class EmbeddedDevices {

    private EmbeddedDevices() {}

    /**
     * The machine's devices, or simulated ones where there are none.
     *
     * @param count how many devices to simulate
     */
    public static List<GpuDevice> discover(int count) {
        return GpuDevices.detect().isSimulated() ? simulated(count) : real().discover();
    }

    /** Simulated devices. */
    public static List<GpuDevice> simulated(int count) {
        return new SimulatedDiscovery(count, GpuDriverOptions.SIMULATED_MEMORY.defaultValue())
                .discover();
    }

    private static DeviceDiscovery real() {
        return new NvidiaSmiDiscovery(
                GpuDriverOptions.NVIDIA_SMI_PATH.defaultValue(),
                GpuDriverOptions.NVIDIA_SMI_TIMEOUT.defaultValue());
    }
}
