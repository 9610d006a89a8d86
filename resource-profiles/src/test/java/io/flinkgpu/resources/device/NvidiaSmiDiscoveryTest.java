package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvidiaSmiDiscoveryTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void readsEveryField() {
        assertThat(discovery("nvidia-smi-three.sh", Map.of()).discover())
                .hasSize(3)
                .contains(
                        new GpuDevice(
                                2,
                                "GPU-e0a1f6f7-2d0e-4b8a-b5a6-0c8f3f0f6d1a",
                                "Tesla T4",
                                MemorySize.ofMebiBytes(15360),
                                "550.54.15",
                                false));
    }

    @Test
    void honoursCudaVisibleDevices() {
        Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", "2,GPU-5b1c");

        assertThat(discovery("nvidia-smi-three.sh", environment).discover())
                .extracting(GpuDevice::name)
                .containsExactly("Tesla T4", "NVIDIA A100-SXM4-80GB");
    }

    @Test
    void findsNoDeviceWhereThereIsNone() {
        assertThat(discovery("nvidia-smi-none.sh", Map.of()).discover()).isEmpty();
    }

    @Test
    void showsWhatAFailingProgramSays() {
        NvidiaSmiDiscovery discovery = discovery("nvidia-smi-failing.sh", Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessage(
                        "Cannot list devices: "
                                + NvidiaSmiScripts.path("nvidia-smi-failing.sh")
                                + " ended with code 9: NVIDIA-SMI has failed because it couldn't"
                                + " communicate with the NVIDIA driver. Make sure that the latest NVIDIA"
                                + " driver is installed and running.");
    }

    @Test
    void givesUpOnAHangingProgram() {
        String program = NvidiaSmiScripts.path("nvidia-smi-hanging.sh");
        NvidiaSmiDiscovery discovery =
                new NvidiaSmiDiscovery(program, Duration.ofMillis(300), Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessage("Cannot list devices: " + program + " gave no answer within 300 ms.");
        await().untilAsserted(
                        () ->
                                assertThat(ProcessHandle.current().descendants())
                                        .noneMatch(process -> runs(process, program)));
    }

    @Test
    void namesAProgramThatDoesNotExist() {
        NvidiaSmiDiscovery discovery =
                new NvidiaSmiDiscovery("no-such-nvidia-smi", TIMEOUT, Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessageStartingWith("Cannot run no-such-nvidia-smi: ")
                .hasMessageEndingWith(" Is the driver installed?");
    }

    @ParameterizedTest
    @CsvSource({
        "lost-one, 0",
        "inforom, 0 1",
        "lost-fields, 0",
        "banner, 0",
        "unified, 0 1",
    })
    void listsTheDevicesThatAreWell(String machine, String indices) {
        assertThat(discovery("nvidia-smi-" + machine + ".sh", Map.of()).discover())
                .extracting(device -> String.valueOf(device.index()))
                .containsExactly(indices.split(" "));
    }

    @Test
    void takesTheMachinesMemoryForThatOfADeviceThatSharesIt() {
        assertThat(discovery("nvidia-smi-unified.sh", Map.of()).discover())
                .allSatisfy(device -> assertThat(device.memory().getMebiBytes()).isPositive());
    }

    @ParameterizedTest
    @CsvSource({
        "all-lost, code 15: Unable to determine the device handle for GPU0: Unknown Error",
        "mismatch, code 18: Failed to initialize NVML: Driver/library version mismatch",
    })
    void saysWhyNoDeviceIsWell(String machine, String reason) {
        NvidiaSmiDiscovery discovery = discovery("nvidia-smi-" + machine + ".sh", Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesLinesWithoutEveryField() {
        NvidiaSmiDiscovery discovery = discovery("nvidia-smi-nonsense.sh", Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessageContaining(" printed 'index, uuid' where ");
    }

    @Test
    void refusesATimeoutOfZero() {
        assertThatThrownBy(() -> new NvidiaSmiDiscovery("nvidia-smi", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid timeout of nvidia-smi: PT0S. It must be above 0.");
    }

    private static boolean runs(ProcessHandle process, String program) {
        return process.info().commandLine().orElse("").contains(program);
    }

    private static NvidiaSmiDiscovery discovery(String script, Map<String, String> environment) {
        return new NvidiaSmiDiscovery(NvidiaSmiScripts.path(script), TIMEOUT, environment);
    }
}
