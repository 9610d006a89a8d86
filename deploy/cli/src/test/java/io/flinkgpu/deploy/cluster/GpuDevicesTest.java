package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.resources.device.NvidiaSmi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuDevicesTest {

    @TempDir private Path directory;

    @Test
    void simulatesWithoutNvidiaSmi() {
        GpuDevices devices = GpuDevices.detect(program("/no/such/nvidia-smi"), Map.of());

        assertThat(devices.isSimulated()).isTrue();
        assertThat(devices.describe()).contains("simulated");
    }

    @Test
    void simulatesWhenNvidiaSmiFails() throws IOException {
        GpuDevices devices = GpuDevices.detect(nvidiaSmi("echo 'GPU 0: broken'; exit 9"), Map.of());

        assertThat(devices.isSimulated()).isTrue();
    }

    @Test
    void simulatesWhenNvidiaSmiHangs() throws IOException {
        NvidiaSmi hanging =
                new NvidiaSmi(
                        script("echo 'GPU 0: H200 (UUID: a)'; exec sleep 300"),
                        Duration.ofMillis(200));

        assertThat(GpuDevices.detect(hanging, Map.of()).isSimulated()).isTrue();
    }

    @Test
    void numbersTheListedDevices() throws IOException {
        NvidiaSmi program = nvidiaSmi("echo 'GPU 0: H200 (UUID: a)'; echo 'GPU 1: H200 (UUID: b)'");

        GpuDevices devices = GpuDevices.detect(program, Map.of());

        assertThat(devices.visibleIds()).containsExactly("0", "1");
        assertThat(devices.isSimulated()).isFalse();
    }

    @Test
    void namesMigDevicesInPlaceOfTheirGpu() throws IOException {
        NvidiaSmi program =
                nvidiaSmi(
                        "echo 'GPU 0: H200 (UUID: GPU-a)'; echo '  MIG 1g.18gb     Device  0: (UUID:"
                                + " MIG-b)'; echo '  MIG 1g.18gb     Device  1: (UUID: MIG-c)'; echo"
                                + " 'GPU 1: H200 (UUID: GPU-d)'");

        assertThat(GpuDevices.detect(program, Map.of()).visibleIds())
                .containsExactly("MIG-b", "MIG-c", "1");
    }

    @Test
    void leavesALostDeviceOut() throws IOException {
        NvidiaSmi program =
                nvidiaSmi(
                        "echo 'GPU 0: L4 (UUID: a)'; echo 'Unable to determine the device handle for"
                                + " gpu 0000:C1:00.0: Unknown Error'; echo 'GPU 2: L4 (UUID: c)'; exit 15");

        assertThat(GpuDevices.detect(program, Map.of()).visibleIds()).containsExactly("0", "2");
    }

    @Test
    void honoursVisibleDevices() throws IOException {
        NvidiaSmi program = nvidiaSmi("echo 'GPU 0: H200 (UUID: a)'; echo 'GPU 1: H200 (UUID: b)'");

        GpuDevices devices = GpuDevices.detect(program, Map.of("CUDA_VISIBLE_DEVICES", "1"));

        assertThat(devices.visibleIds()).containsExactly("1");
    }

    @Test
    void simulatesWhenAllDevicesAreHidden() throws IOException {
        NvidiaSmi program = nvidiaSmi("echo 'GPU 0: H200 (UUID: a)'");

        GpuDevices devices = GpuDevices.detect(program, Map.of("CUDA_VISIBLE_DEVICES", "-1"));

        assertThat(devices.isSimulated()).isTrue();
    }

    private NvidiaSmi nvidiaSmi(String script) throws IOException {
        return program(script(script));
    }

    private static NvidiaSmi program(String command) {
        return new NvidiaSmi(command, Duration.ofSeconds(30));
    }

    private String script(String commands) throws IOException {
        Path program = Files.writeString(directory.resolve("smi"), "#!/bin/sh\n" + commands + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program.toString();
    }
}
