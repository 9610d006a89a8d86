package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.DetectorOptions;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuHealthDetectorFactoryTest {

    private final Configuration options = new Configuration();
    private Path directory;
    private TestingNvidiaSmi nvidiaSmi;

    @BeforeEach
    void writeAProgram(@TempDir Path directory) {
        this.directory = directory;
        nvidiaSmi = new TestingNvidiaSmi(directory);
    }

    @Test
    void searchesThePathForTheProgram() {
        String searchPath = "/no/such/directory" + File.pathSeparator + directory;

        assertThat(new GpuHealthDetectorFactory(searchPath).create(context())).isPresent();
        assertThat(nvidiaSmi.calls()).as("it is only looked for").isEmpty();
    }

    @Test
    void takesThePathOfAProgram() {
        options.set(DetectorOptions.GPU_HEALTH_COMMAND, nvidiaSmi.path().toString());

        assertThat(new GpuHealthDetectorFactory("").create(context())).isPresent();
    }

    @Test
    void hasNoDetectorWithoutTheProgram() {
        assertThat(new GpuHealthDetectorFactory("/no/such/directory").create(context())).isEmpty();
        assertThat(new GpuHealthDetectorFactory((String) null).create(context())).isEmpty();
    }

    @Test
    void acceptsAKernelLogThatDoesNotExistYet() {
        options.set(DetectorOptions.GPU_HEALTH_KERNEL_LOG, directory.resolve("later").toString());

        assertThat(new GpuHealthDetectorFactory(directory.toString()).create(context()))
                .isPresent();
    }

    @Test
    void refusesAllThatIsWrongAtOnce() {
        options.set(DetectorOptions.GPU_HEALTH_INTERVAL, Duration.ZERO);
        options.set(DetectorOptions.GPU_HEALTH_TIMEOUT, Duration.ofSeconds(-1));
        options.set(DetectorOptions.GPU_HEALTH_COMMAND, " ");
        options.set(DetectorOptions.GPU_HEALTH_KERNEL_LOG, directory.toString());

        assertThatThrownBy(() -> new GpuHealthDetectorFactory("").create(context()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid detector.gpu-health.interval: PT0S. It must be above zero."
                                + " Invalid detector.gpu-health.timeout: PT-1S. It must be above"
                                + " zero. Invalid detector.gpu-health.kernel-log: "
                                + directory
                                + ". It must be a regular file that this process may read."
                                + " Invalid detector.gpu-health.command: empty. It must name a"
                                + " program.");
    }

    private DetectorContext context() {
        return new DetectorContext(options, List::of, System::nanoTime);
    }
}
