package io.flinkgpu.resources.lease;

import io.flinkgpu.resources.device.GpuDevice;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.MemorySize;

/** Devices of 16 GiB with the UUIDs {@code GPU-0}, {@code GPU-1} and so on. */
final class TestingDevices {

    static final MemorySize MEMORY = MemorySize.parse("16 gb");

    private TestingDevices() {}

    static List<GpuDevice> devices(int count) {
        return IntStream.range(0, count).mapToObj(i -> named(i, "NVIDIA A100-SXM4-80GB")).toList();
    }

    static GpuDevice named(int index, String name) {
        return new GpuDevice(index, "GPU-" + index, name, MEMORY, "550", false);
    }

    static GpuDevice simulated(int index) {
        return new GpuDevice(index, "GPU-" + index, "simulated", MEMORY, "none", true);
    }

    static DeviceLeaseTable table(int devices) {
        DeviceLeaseTable table = new DeviceLeaseTable();
        table.register(devices(devices));
        return table;
    }

    static LeaseRequest share(String holder, double share) {
        return new LeaseRequest(holder, share, null, null);
    }
}
