package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.health.ClusterHealth;
import io.flinkgpu.deploy.pool.PoolStatus;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.BlocklistOptions;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.StageProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a node whose only device fails every run, on clusters of real processes. Devices
 * are simulated, and so is their failure; the blocklist is Flink's own.
 */
@Timeout(300)
class SickDeviceITCase {

    private static final String POOL = "sick";
    private static final int WIDTH = 16;
    private static final double RATE = 200;
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration BLOCK = Duration.ofSeconds(20);
    private static final DeviceFaults SICK =
            DeviceFaults.failing(
                    1,
                    ErrorClass.FATAL_DEVICE,
                    "CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure");

    @TempDir Path directory;

    @Test
    void aFusedJobLeavesTheNodeUntilItsBlockExpires() throws Exception {
        try (TestingCluster cluster = start("fused", ClusterShape.mixed())) {
            Path faults = Files.createDirectories(directory.resolve("faults"));
            LoadRun run =
                    LoadRun.submit(
                            cluster.rest(),
                            LoadSpec.of(directory.resolve("load"), model(faults))
                                    .fused()
                                    .parallelism(1)
                                    .width(WIDTH)
                                    .rowsPerSecond(RATE)
                                    .rows((long) (RATE * 70))
                                    .batch(16, Duration.ofMillis(10))
                                    .checkpointInterval(Duration.ofMillis(500))
                                    .inferenceProfile(wholeDevice())
                                    .option(BlocklistOptions.NODE_BLOCK, BLOCK)
                                    .build());
            await().atMost(LONG).until(() -> LoadResult.read(run.spec()).results() > RATE * 3);
            String sick = inferenceNode(run);

            String process = "process-" + cluster.pid(sick);
            SICK.injectInto(faults, process);
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> run.job().isRunning() && !inferenceNode(run).equals(sick));
            String refuge = inferenceNode(run);
            int restarts = run.job().restarts();
            long results = LoadResult.read(run.spec()).results();
            await().atMost(LONG)
                    .until(() -> LoadResult.read(run.spec()).results() > results + RATE * 3);
            assertThat(run.job().restarts())
                    .as("restarts after it left the node")
                    .isEqualTo(restarts);

            DeviceFaults.heal(faults, process);
            await().atMost(LONG).until(() -> cluster.isBlocked(sick), blocked -> !blocked);
            cluster.kill(refuge);
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> run.job().isRunning() && inferenceNode(run).equals(sick));

            LoadResult result = run.await(LONG);
            assertExactlyOnce(result);
        }
    }

    @Test
    void aPoolLeavesTheNodeWithoutARestartOfItsPipeline() throws Exception {
        try (TestingCluster pipeline = start("pipeline", ClusterShape.cpu());
                TestingCluster pool = start("pool", ClusterShape.pool(3))) {
            Path faults = Files.createDirectories(directory.resolve("faults"));
            PoolAddress address = startPool(pool.rest(), model(faults));
            LoadRun run =
                    LoadRun.submit(
                            pipeline.rest(),
                            LoadSpec.of(directory.resolve("load"), model(faults))
                                    .separated(address)
                                    .width(WIDTH)
                                    .rowsPerSecond(RATE)
                                    .rows((long) (RATE * 40))
                                    .batch(16, Duration.ofMillis(10))
                                    .checkpointInterval(Duration.ofMillis(500))
                                    .build());
            await().atMost(LONG).until(() -> LoadResult.read(run.spec()).results() > RATE * 3);
            Set<String> before = devices(pool.rest());
            String sick = pool.nodeOf(before.iterator().next());

            SICK.injectInto(faults, "process-" + pool.pid(sick));
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(
                            () ->
                                    devices(pool.rest()).size() == 2
                                            && devices(pool.rest()).stream()
                                                    .noneMatch(id -> pool.nodeOf(id).equals(sick)));

            await().atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(faults(pool.rest()))
                                            .as("faults that the pool's coordinator knows")
                                            .contains(
                                                    "DeviceStruck " + sick, "NodeBlocked " + sick));

            LoadResult result = run.await(LONG);
            assertExactlyOnce(result);
            assertThat(run.job().restarts()).isZero();
            assertThat(devices(pool.rest())).noneMatch(id -> pool.nodeOf(id).equals(sick));
        }
    }

    private static ModelRef model(Path faults) {
        ModelRef echo =
                SimulatedModel.named("echo")
                        .ofRows(DataType.FLOAT32, Shape.of(WIDTH))
                        .taking(Duration.ofMillis(5), Duration.ofNanos(100_000))
                        .ref();
        return FaultInjection.into(echo, faults).ref();
    }

    private static StageProfile wholeDevice() {
        return StageProfile.named("inference")
                .cpuCores(0.5)
                .taskHeap(MemorySize.ofMebiBytes(128))
                .taskOffHeap(MemorySize.ofMebiBytes(128))
                .gpus(1)
                .build();
    }

    private static PoolAddress startPool(URI rest, ModelRef model) throws Exception {
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(128))
                        .gpus(1)
                        .build();
        ReplicaRequest request = new ReplicaRequest(POOL, Map.of("echo", model), 32, 1, profile);
        try (Pools pools = new Pools(rest)) {
            pools.start(new PoolSpec(request, 2, 1, 2), Map.of());
            await().atMost(LONG).ignoreExceptions().until(() -> devices(rest).size() == 2);
            return pools.address(POOL);
        }
    }

    /** The devices of the replicas that are ready. */
    private static Set<String> devices(URI rest) throws Exception {
        try (Pools pools = new Pools(rest)) {
            PoolStatus status = pools.status(POOL);
            return status.ready() < status.replicas().size()
                    ? Set.of()
                    : status.replicas().stream()
                            .map(replica -> replica.device().id())
                            .collect(Collectors.toSet());
        }
    }

    /** Kind and node of each. */
    private static List<String> faults(URI rest) throws Exception {
        try (ClusterHealth health = new ClusterHealth(rest, null)) {
            return health.faults().stream()
                    .map(ClusterHealth.JobFault::fault)
                    .map(fault -> fault.event().getClass().getSimpleName() + " " + fault.node())
                    .toList();
        }
    }

    private static String inferenceNode(LoadRun run) {
        VertexInfo inference =
                run.job().vertices().stream()
                        .filter(vertex -> vertex.name().startsWith(LoadPipeline.INFERENCE))
                        .findFirst()
                        .orElseThrow();
        return inference.taskManagers().iterator().next();
    }

    private TestingCluster start(String name, ClusterShape shape) {
        return TestingCluster.start(directory.resolve("cluster-" + name), shape);
    }

    private static void assertExactlyOnce(LoadResult result) {
        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.wrong()).as(result.toString()).isZero();
        assertThat(result.deadLetters()).as(result.toString()).isZero();
    }
}
