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
        "h200, 0",
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
        "blocked, code 17: Failed to initialize NVML: GPU access blocked by the operating system",
        "hidden, code 6: No devices were found",
        "no-library, code 12: NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.",
    })
    void saysWhyNoDeviceIsWell(String machine, String reason) {
        NvidiaSmiDiscovery discovery = discovery("nvidia-smi-" + machine + ".sh", Map.of());

        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DeviceDiscoveryException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MIG-4a1b2c3d-0002 | NVIDIA H200 MIG 1g.18gb | MIG-4a1b2c3d-0002-5e6f-8a9b-0c1d2e3f4a5b | 16384",
                "0 | NVIDIA H200 MIG 3g.71gb | MIG-4a1b2c3d-0001-5e6f-8a9b-0c1d2e3f4a5b | 71424",
                "GPU-0d9c | NVIDIA H200 MIG 3g.71gb | MIG-4a1b2c3d-0001-5e6f-8a9b-0c1d2e3f4a5b | 71424",
                "2 | NVIDIA H200 | GPU-2f7e4b60-5c33-4e18-9d1a-3f4c0e9d8a32 | 143771",
            })
    void findsTheMigDeviceThatTheVariableNames(
            String variable, String name, String uuid, long mebibytes) {
        Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", variable);

        assertThat(discovery("nvidia-smi-mig.sh", environment).discover())
                .containsExactly(
                        new GpuDevice(
                                0,
                                uuid,
                                name,
                                MemorySize.ofMebiBytes(mebibytes),
                                "580.159.04",
                                false));
    }

    @Test
    void findsTheFirstMigDeviceAloneWithoutTheVariableAsCudaDoes() {
        assertThat(discovery("nvidia-smi-mig.sh", Map.of()).discover())
                .extracting(GpuDevice::uuid)
                .containsExactly("MIG-4a1b2c3d-0001-5e6f-8a9b-0c1d2e3f4a5b");
    }

    @ParameterizedTest
    @CsvSource({
        "1, a GPU in MIG mode without a MIG device",
        "MIG-5b, a MIG device whose memory is not told",
        "MIG-4a, a beginning that fits two",
    })
    void leavesOutWhatCudaCannotUse(String variable, String reason) {
        Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", variable);

        assertThat(discovery("nvidia-smi-mig.sh", environment).discover()).as(reason).isEmpty();
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
