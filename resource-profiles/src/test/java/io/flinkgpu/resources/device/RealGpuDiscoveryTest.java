package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs against the GPUs of this machine; skipped where it has no {@code nvidia-smi}. */
class RealGpuDiscoveryTest {

    private static final String COMMAND = "nvidia-smi";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @BeforeEach
    void skipWithoutDriver() {
        boolean found =
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(directory -> new File(directory, COMMAND).canExecute());
        assumeThat(found).as("this machine has an nvidia-smi").isTrue();
    }

    @Test
    void findsTheDevicesOfTheMachine() {
        List<GpuDevice> devices = discover(Map.of());

        assertThat(devices)
                .isNotEmpty()
                .allSatisfy(
                        device -> {
                            assertThat(device.simulated()).isFalse();
                            assertThat(device.uuid()).matches("(GPU|MIG)-[0-9a-f-]{36}");
                            assertThat(device.memory()).isGreaterThan(MemorySize.ofMebiBytes(1024));
                            assertThat(device.driverVersion()).matches("[0-9]+(\\.[0-9]+)+");
                        });
        assertThat(devices.get(0).index()).isZero();
    }

    @Test
    void leavesTheDevicesThatTheVariableNames() {
        String uuid = discover(Map.of()).get(0).uuid();

        assertThat(discover(Map.of(VisibleDevices.VARIABLE, uuid)))
                .extracting(GpuDevice::uuid)
                .containsExactly(uuid);
    }

    private static List<GpuDevice> discover(Map<String, String> environment) {
        return new NvidiaSmiDiscovery(COMMAND, TIMEOUT, environment).discover();
    }
}
