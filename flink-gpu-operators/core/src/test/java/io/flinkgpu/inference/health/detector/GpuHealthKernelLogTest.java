package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.resources.device.GpuDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuHealthKernelLogTest {

    private static final String OURS = "GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce";
    private static final String NOT_OURS = "GPU-e0a1f6f7-2d0e-4b8a-b5a6-0c8f3f0f6d1a";
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final String PREFIX = "Oct  1 13:00:00 node kernel: [ 912.5] NVRM: Xid ";

    private TestingNvidiaSmi nvidiaSmi;
    private Path log;
    private long nanos;

    @BeforeEach
    void putTwoDevices(@TempDir Path directory) {
        nvidiaSmi = new TestingNvidiaSmi(directory);
        nvidiaSmi.answer(
                OURS + ", 00000000:3B:00.0, 0, Not Active",
                NOT_OURS + ", 00000000:AF:00.0, 0, Not Active");
        log = directory.resolve("kern.log");
    }

    @Test
    void givesUpADeviceAfterAFatalError() throws IOException {
        FailureDetector detector = detector();

        append(PREFIX + "(PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.\n");

        assertThat(detector.check())
                .containsExactly(
                        Suspicion.ofDevice(
                                OURS,
                                ErrorClass.FATAL_DEVICE,
                                "XID 79: pid=1234, GPU has fallen off the bus."));
        assertThat(detector.check()).as("told once").isEmpty();
    }

    @Test
    void givesUpADeviceThatFellOffTheBusWithoutAnXid() throws IOException {
        FailureDetector detector = detector();

        append("kernel: NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.\n");
        append("kernel: NVRM: GPU 0000:af:00.0: GPU has fallen off the bus.\n");

        assertThat(detector.check())
                .containsExactly(
                        Suspicion.ofDevice(
                                OURS,
                                ErrorClass.FATAL_DEVICE,
                                "GPU 0000:3b:00.0: GPU has fallen off the bus."));
        assertThat(detector.check()).as("told once").isEmpty();
    }

    @Test
    void holdsTheErrorOfAnApplicationAgainstNoDevice() throws IOException {
        FailureDetector detector = detector();

        append("[   45.421127] NVRM: GPU at PCI:0000:3b:00: " + OURS + "\n");
        append(
                "[   45.421135] NVRM: Xid (PCI:0000:3b:00): 43, pid=656, name=python3, channel"
                        + " 0x0000000a\n");

        assertThat(detector.check()).isEmpty();
    }

    @Test
    void takesManyErrorsForOneStrike() throws IOException {
        FailureDetector detector = detector();

        append(PREFIX + "(PCI:0000:3b:00): 63, Row Remapper: New row marked for remapping\n");
        append(PREFIX + "(PCI:0000:3b:00): 94, Contained: SM (0x1)\n");

        assertThat(detector.check())
                .containsExactly(
                        Suspicion.ofDevice(
                                OURS,
                                ErrorClass.UNKNOWN,
                                "XID 63: Row Remapper: New row marked for remapping"));
    }

    @Test
    void leavesErrorsOfOtherDevicesAlone() throws IOException {
        FailureDetector detector = detector();

        append(PREFIX + "(PCI:0000:af:00): 79, GPU has fallen off the bus.\n");
        append(PREFIX + "(PCI:0000:d8:00): 79, GPU has fallen off the bus.\n");

        assertThat(detector.check()).isEmpty();
    }

    @Test
    void readsWhatWasWrittenBeforeTheDevicesWereKnown() throws IOException {
        nvidiaSmi.answer(9, "The driver is not loaded yet.");
        FailureDetector detector = detector();
        append(PREFIX + "(PCI:0000:3b:00): 119, Timeout waiting for RPC from GSP!\n");
        assertThatThrownBy(detector::check).hasMessageContaining("not loaded yet");
        assertThat(detector.check()).as("in between").isEmpty();

        nvidiaSmi.answer(OURS + ", 00000000:3B:00.0, 0, Not Active");
        nanos += INTERVAL.toNanos();

        assertThat(detector.check()).extracting(Suspicion::subject).containsExactly(OURS);
    }

    private FailureDetector detector() {
        GpuHealthConfig config =
                new GpuHealthConfig(
                        nvidiaSmi.path().toString(),
                        INTERVAL,
                        Duration.ofSeconds(30),
                        Optional.of(log));
        GpuDevice device =
                new GpuDevice(0, OURS, "Tesla T4", MemorySize.parse("16 gb"), "550", false);
        return new GpuHealthDetector(
                config,
                new DetectorContext(new Configuration(), () -> List.of(device), () -> nanos));
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
