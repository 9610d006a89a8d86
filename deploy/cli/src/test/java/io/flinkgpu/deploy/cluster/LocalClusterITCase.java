package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.resources.StageProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes from the assembled distribution, which the build's package phase leaves.
 *
 * <p>The tests share a cluster; those that end processes of it come last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalClusterITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private static Path directory;
    private static LocalCluster cluster;
    private static ClusterSpec spec;
    private static ClusterAddress address;
    private static FlinkRestClient client;

    @BeforeAll
    static void startCluster() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        cluster = LocalCluster.at(directory.resolve("cluster"));
        spec =
                ClusterSpec.of(new Distribution(home))
                        .withDevices(GpuDevices.simulated())
                        .withRestPort(0);
        address = cluster.start(spec);
        client = new FlinkRestClient(address.rest());
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.stop();
        }
    }

    @Test
    @Order(1)
    void offersItsResourcesAndPlacesStagesByProfile() throws Exception {
        assertOffers(client.taskManagers());
        assertThat(cluster.address()).contains(address);
        assertThatThrownBy(() -> cluster.start(spec))
                .isInstanceOf(ClusterException.class)
                .hasMessageEndingWith("it runs already at " + address.rest() + ".");

        JobID job = submitTwoStages(address);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(client.vertices(job)).allMatch(this::isRunning));
        assertThat(client.vertices(job))
                .extracting(VertexInfo::taskManagers)
                .containsExactly(Set.of("cpu-1"), Set.of("gpu-1", "gpu-2"));
        cancel(job);
    }

    @Test
    @Order(2)
    void statusTellsOfJobThatWaitsForSlots() throws Exception {
        JobID first = submitTwoStages(address);
        JobID second = submitTwoStages(address);

        await().atMost(TIMEOUT)
                .untilAsserted(
                        () ->
                                assertThat(cluster.status().orElseThrow().waiting())
                                        .singleElement()
                                        .asString()
                                        .startsWith(
                                                "Job 'two stages' waits for slots: 2 of 2 subtasks of 'Source: "));
        cancel(second);
        cancel(first);
    }

    @Test
    @Order(3)
    void startFailsWhereTaskManagerHasFewerDevicesThanItOffers() {
        LocalCluster other = LocalCluster.at(directory.resolve("other"));
        ClusterSpec tooMany = spec.withOverrides(Map.of("external-resource.gpu.amount", "2"));

        assertThatThrownBy(() -> other.start(tooMany))
                .isInstanceOf(ClusterException.class)
                .hasMessageMatching("(?s)Cannot start gpu-[12]: its process ended.*")
                .hasMessageContaining("Invalid external-resource.gpu.amount: 2.");
        assertThat(other.status()).isEmpty();
    }

    @Test
    @Order(4)
    void statusTellsOfKilledTaskManager() {
        assertThat(cluster.status()).get().matches(ClusterStatus::isHealthy);

        cluster.kill("gpu-2");

        assertThat(cluster.status()).get().matches(status -> !status.isHealthy());
        assertThatThrownBy(() -> cluster.start(spec))
                .hasMessageEndingWith(
                        "gpu-2 of it ended, the rest runs. Run 'cluster up' to start what is missing, or 'cluster down'.");
    }

    @Test
    @Order(5)
    void stopLeavesNoProcess() {
        List<ProcessRecord> stopped = cluster.stop();

        assertThat(stopped)
                .extracting(ProcessRecord::name)
                .containsExactly("jobmanager", "cpu-1", "gpu-1");
        assertThat(stopped).noneMatch(ProcessRecord::isAlive);
        assertThat(cluster.status()).isEmpty();
        assertThat(cluster.address()).isEmpty();
    }

    private static void cancel(JobID job) {
        client.cancel(job);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(client.status(job)).isEqualTo(JobStatus.CANCELED));
    }

    private static void assertOffers(List<TaskManagerInfo> managers) {
        assertThat(managers)
                .extracting(TaskManagerInfo::id)
                .containsExactly("cpu-1", "gpu-1", "gpu-2");
        assertThat(managers)
                .extracting(manager -> manager.total().cpuCores())
                .containsExactly(4.0, 2.0, 2.0);
        assertThat(managers)
                .extracting(manager -> manager.total().gpus())
                .containsExactly(0.0, 1.0, 1.0);
        assertThat(managers)
                .extracting(manager -> manager.total().taskHeap().getMebiBytes())
                .containsExactly(768, 256, 256);
        assertThat(managers).allMatch(manager -> manager.free().equals(manager.total()));
    }

    /** A source on the CPU profile and a sink on the GPU profile, of Flink's own classes alone. */
    private static JobID submitTwoStages(ClusterAddress address) throws Exception {
        StageProfile cpu =
                StageProfile.named("decode")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(320))
                        .build();
        StageProfile gpu =
                StageProfile.named("inference")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(256))
                        .taskOffHeap(MemorySize.ofMebiBytes(512))
                        .gpus(1)
                        .build();
        StreamExecutionEnvironment job =
                StreamExecutionEnvironment.createRemoteEnvironment(address.host(), address.port());
        job.setParallelism(2);
        job.fromSequence(0, Long.MAX_VALUE - 1)
                .slotSharingGroup(cpu.toSlotSharingGroup())
                .rebalance()
                .sinkTo(new DiscardingSink<>())
                .slotSharingGroup(gpu.toSlotSharingGroup());
        return job.executeAsync("two stages").getJobID();
    }

    private boolean isRunning(VertexInfo vertex) {
        return vertex.subtasks().stream()
                .map(SubtaskInfo::state)
                .allMatch(state -> state == ExecutionState.RUNNING);
    }
}
