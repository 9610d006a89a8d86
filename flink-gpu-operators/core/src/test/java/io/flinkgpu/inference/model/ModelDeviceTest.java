package io.flinkgpu.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class ModelDeviceTest {

    private static final MemorySize MEMORY = MemorySize.ofMebiBytes(1_000);

    @Test
    void isTheLeasedDevice() {
        assertThat(leased(simulated(true), 1, null))
                .isEqualTo(
                        new ModelDevice(
                                "GPU-7", ModelDevice.Kind.SIMULATED_GPU, 3, 0, MEMORY.getBytes()));
        assertThat(leased(simulated(false), 1, null).kind()).isEqualTo(ModelDevice.Kind.GPU);
    }

    @Test
    void isCappedIfItIsShared() {
        assertThat(leased(simulated(true), 0.25, null).memoryCapBytes())
                .isEqualTo(MEMORY.getBytes() / 4);
        assertThat(leased(simulated(true), 0.25, new MemorySize(5)).memoryCapBytes()).isEqualTo(5);
    }

    @Test
    void theProcessorHasNoCap() {
        assertThat(ModelDevice.cpu())
                .isEqualTo(new ModelDevice("cpu", ModelDevice.Kind.CPU, 0, 0, 0))
                .hasToString("cpu");
    }

    private static ModelDevice leased(GpuDevice device, double share, @Nullable MemorySize cap) {
        DeviceLeaseTable table = new DeviceLeaseTable();
        table.register(List.of(device));
        return ModelDevice.of(table.acquire(new LeaseRequest("task", share, cap, null)));
    }

    private static GpuDevice simulated(boolean simulated) {
        return new GpuDevice(3, "GPU-7", "some GPU", MEMORY, "none", simulated);
    }
}
