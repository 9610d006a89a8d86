package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
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

    @Test
    void clusterOfKindCpuHasNoDevice() {
        ClusterSpec cpu = simulated.withShape(ClusterShape.cpu());

        assertThat(ClusterLayout.processes(cpu, 8081, 6123))
                .extracting(ProcessSpec::name)
                .containsExactly("jobmanager", "cpu-1");
    }

    @Test
    void poolHasGpuTaskManagersOfOneShapeWithOneSlotEach() {
        ClusterSpec pool = simulated.withShape(ClusterShape.pool(2));

        List<ProcessSpec> processes = ClusterLayout.processes(pool, 8082, 6123);

        assertThat(processes)
                .extracting(ProcessSpec::name)
                .containsExactly("jobmanager", "gpu-1", "gpu-2");
        assertThat(processes.get(1).config())
                .containsEntry("taskmanager.numberOfTaskSlots", "1")
                .containsEntry("external-resource.gpu.amount", "1");
        assertThat(withoutName(processes.get(1))).isEqualTo(withoutName(processes.get(2)));
    }

    @Test
    void poolStartsOneTaskManagerForEachDeviceUnlessToldOtherwise() {
        ClusterSpec pool = simulated.withShape(ClusterShape.pool());
        ClusterSpec twoDevices = pool.withDevices(new GpuDevices(List.of("0", "5")));

        assertThat(ClusterLayout.processes(pool, 8082, 6123)).hasSize(4);
        assertThat(ClusterLayout.processes(twoDevices, 8082, 6123))
                .extracting(process -> process.environment().get("CUDA_VISIBLE_DEVICES"))
                .containsExactly(null, "0", "5");
    }

    @Test
    void poolReactsToItsTaskManagersWithinSeconds() {
        Configuration jobManager =
                Configuration.fromMap(
                        ClusterLayout.processes(
                                        simulated.withShape(ClusterShape.pool()), 8082, 6123)
                                .get(0)
                                .config());

        assertThat(jobManager.get(JobManagerOptions.SCHEDULER))
                .isEqualTo(JobManagerOptions.SchedulerType.Adaptive);
        assertThat(
                        jobManager.get(
                                JobManagerOptions
                                        .SCHEDULER_EXECUTING_RESOURCE_STABILIZATION_TIMEOUT))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(jobManager.get(JobManagerOptions.SCHEDULER_SUBMISSION_RESOURCE_WAIT_TIMEOUT))
                .isGreaterThan(Duration.ofDays(30));
        assertThat(jobManager.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT))
                .isEqualTo(Duration.ofSeconds(8));
        assertThat(jobManager.get(RestartStrategyOptions.RESTART_STRATEGY))
                .isEqualTo("exponential-delay");
    }

    @Test
    void taskManagersOfPoolHaveMemoryForLargeMessagesBesideTensorFlows() {
        ClusterSpec pool = simulated.withShape(ClusterShape.pool(1));

        assertThat(
                        TaskExecutorProcessUtils.processSpecFromConfig(
                                        Configuration.fromMap(
                                                last(ClusterLayout.processes(pool, 8082, 6123))
                                                        .config()))
                                .getTaskOffHeapSize()
                                .getMebiBytes())
                .isGreaterThanOrEqualTo(1024 + 512);
    }

    private static Map<String, String> withoutName(ProcessSpec process) {
        Map<String, String> config = new TreeMap<>(process.config());
        config.remove("taskmanager.resource-id");
        config.remove("internal.taskmanager.node-id");
        return config;
    }

    private static ProcessSpec last(List<ProcessSpec> processes) {
        return processes.get(processes.size() - 1);
    }
}
