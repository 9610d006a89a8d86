package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLayoutTest {

    @TempDir private Path directory;
    private ClusterSpec simulated;

    @BeforeEach
    void createDistribution() throws IOException {
        Files.createDirectories(directory.resolve("bin"));
        Files.createFile(directory.resolve("bin/taskmanager.sh"));
        simulated = ClusterSpec.of(new Distribution(directory)).withDevices(GpuDevices.simulated());
    }

    @Test
    void startsJobManagerThenOneCpuAndTwoGpuTaskManagers() {
        assertThat(ClusterLayout.processes(simulated, 8081, 6123))
                .extracting(ProcessSpec::name)
                .containsExactly("jobmanager", "cpu-1", "gpu-1", "gpu-2");
    }

    @Test
    void givesOneDeviceToEachGpuTaskManagerAndNoneToTheOthers() {
        assertThat(ClusterLayout.processes(simulated, 8081, 6123))
                .extracting(process -> process.config().get("external-resource.gpu.amount"))
                .containsExactly(null, null, "1", "1");
    }

    @Test
    void startsNoMoreGpuTaskManagersThanRealDevices() {
        ClusterSpec oneDevice = simulated.withDevices(new GpuDevices(List.of("3")));

        ProcessSpec last = last(ClusterLayout.processes(oneDevice, 8081, 6123));

        assertThat(last.name()).isEqualTo("gpu-1");
        assertThat(last.environment()).containsExactly(Map.entry("CUDA_VISIBLE_DEVICES", "3"));
        assertThat(last.config()).doesNotContainKey("external-resource.gpu.simulated.count");
    }

    @Test
    void overridesWin() {
        ClusterSpec overridden = simulated.withOverrides(Map.of("taskmanager.cpu.cores", "9"));

        assertThat(last(ClusterLayout.processes(overridden, 8081, 6123)).config())
                .containsEntry("taskmanager.cpu.cores", "9");
    }

    @Test
    void memoryOfEveryTaskManagerAddsUpWithinTwoGibibytes() {
        assertThat(ClusterLayout.processes(simulated, 8081, 6123))
                .filteredOn(process -> process.role() == ProcessRole.TASK_MANAGER)
                .allSatisfy(
                        process ->
                                assertThat(
                                                TaskExecutorProcessUtils.processSpecFromConfig(
                                                                Configuration.fromMap(
                                                                        process.config()))
                                                        .getTotalProcessMemorySize()
                                                        .getMebiBytes())
                                        .isBetween(1024, 2048));
    }

    private static ProcessSpec last(List<ProcessSpec> processes) {
        return processes.get(processes.size() - 1);
    }
}
