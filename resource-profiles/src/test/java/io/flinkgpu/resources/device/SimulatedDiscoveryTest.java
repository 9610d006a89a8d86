package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class SimulatedDiscoveryTest {

    private static final MemorySize MEMORY = MemorySize.parse("16 gb");

    @Test
    void givesTheSameDevicesEachTime() {
        List<GpuDevice> devices = new SimulatedDiscovery(2, MEMORY).discover();

        assertThat(devices).isEqualTo(new SimulatedDiscovery(2, MEMORY).discover());
        assertThat(devices).extracting(GpuDevice::index).containsExactly(0, 1);
        assertThat(devices).extracting(GpuDevice::uuid).doesNotHaveDuplicates();
        assertThat(devices)
                .allSatisfy(
                        device -> {
                            assertThat(device.simulated()).isTrue();
                            assertThat(device.name()).isEqualTo("simulated");
                            assertThat(device.memory()).isEqualTo(MEMORY);
                        });
    }

    @Test
    void tellsTheProcessesOfAMachineApart() {
        assertThat(new SimulatedDiscovery(1, MEMORY).discover())
                .singleElement()
                .extracting(GpuDevice::uuid)
                .asString()
                .startsWith("SIMULATED-GPU-")
                .endsWith("-" + ProcessHandle.current().pid() + "-0");
    }

    @Test
    void givesNoneForACountOfZero() {
        assertThat(new SimulatedDiscovery(0, MEMORY).discover()).isEmpty();
    }

    @Test
    void refusesANegativeCount() {
        assertThatThrownBy(() -> new SimulatedDiscovery(-1, MEMORY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid count of simulated devices: -1. It must be at least 0.");
    }

    @Test
    void refusesDevicesWithoutMemory() {
        assertThatThrownBy(() -> new SimulatedDiscovery(1, MemorySize.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid memory of simulated devices: 0 bytes. It must be above 0.");
    }
}
