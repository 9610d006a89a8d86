package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.device.NvidiaSmi;
import io.flinkgpu.resources.device.NvidiaSmiDiscovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the GPUs of this machine; skipped where it has no {@code nvidia-smi}. */
class RealGpuHealthTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Configuration options = new Configuration();
    private List<GpuDevice> devices = List.of();
    @TempDir private Path directory;

    @BeforeEach
    void findDevices() throws IOException {
        Path log = Files.createFile(directory.resolve("kernel.log"));
        options.setString(DetectorOptions.GPU_HEALTH_KERNEL_LOG.key(), log.toString());
        assumeThat(detector()).as("this machine has an nvidia-smi").isPresent();
        devices = new NvidiaSmiDiscovery("nvidia-smi", TIMEOUT).discover();
    }

    @Test
    void holdsNothingAgainstTheDevicesOfAHealthyMachine() {
        assertThat(detector().orElseThrow().check()).isEmpty();
    }

    @Test
    void knowsTheDeviceThatTheKernelNames() throws IOException {
        FailureDetector detector = detector().orElseThrow();
        detector.check();
        String address =
                new NvidiaSmi("nvidia-smi", TIMEOUT)
                        .run(List.of("--query-gpu=pci.bus_id", "--format=csv,noheader"))
                        .orElseThrow()
                        .text()
                        .lines()
                        .findFirst()
                        .orElseThrow();

        Files.writeString(
                directory.resolve("kernel.log"),
                "NVRM: Xid (PCI:%s): 79, pid=1, GPU has fallen off the bus.\n"
                        .formatted(address.substring("0000".length(), address.indexOf('.'))),
                StandardOpenOption.APPEND);

        assertThat(detector.check())
                .extracting(Suspicion::subject, Suspicion::errorClass)
                .containsExactly(tuple(devices.get(0).uuid(), ErrorClass.FATAL_DEVICE));
    }

    private Optional<FailureDetector> detector() {
        DetectorContext context = new DetectorContext(options, () -> devices, System::nanoTime);
        return new GpuHealthDetectorFactory().create(context);
    }
}
