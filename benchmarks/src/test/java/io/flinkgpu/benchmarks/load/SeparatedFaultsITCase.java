package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.deploy.pool.PoolStatus;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.StageProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must hold when things die in separated mode: a pipeline on one cluster of real processes,
 * its pool on another, a continuous load, and SIGKILL. Devices are simulated.
 *
 * <p>The tests share the clusters and repair what they break; the one that loses the pool's job
 * manager, and its job with it, comes last.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeparatedFaultsITCase {

    private static final String POOL = "load";
    private static final int REPLICAS = 3;
    private static final int WIDTH = 16;
    private static final double RATE = 300;
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    private static final ModelRef ECHO =
            SimulatedModel.named("echo")
                    .ofRows(DataType.FLOAT32, Shape.of(WIDTH))
                    .taking(Duration.ofMillis(5), Duration.ofNanos(100_000))
                    .ref();

    @TempDir static Path directory;
    private static LocalCluster pipelineCluster;
    private static LocalCluster poolCluster;
    private static PoolAddress address;

    @BeforeAll
    static void startClusters() throws Exception {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        Distribution distribution = new Distribution(home);
        pipelineCluster = LocalCluster.at(directory.resolve("pipeline"));
        poolCluster = LocalCluster.at(directory.resolve("pool"));
        CompletableFuture<?> other =
                CompletableFuture.runAsync(
                        () -> start(pipelineCluster, distribution, ClusterShape.cpu()));
        start(poolCluster, distribution, ClusterShape.pool(REPLICAS));
        other.join();
        startPool();
    }

    @AfterAll
    static void stopClusters() {
        if (pipelineCluster != null) {
            pipelineCluster.stop();
            poolCluster.stop();
        }
    }

    @Test
    @Order(1)
    void goesOnWithTheOtherReplicasWhenOneIsKilled(TestInfo test) throws Exception {
        LoadRun run = submit(test, Duration.ofSeconds(15));
        awaitResults(run, 5);

        Instant kill = Instant.now();
        poolCluster.kill("gpu-2");
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(run.job().restarts()).isZero();
        Instant recovered = kill.plusSeconds(3);
        assertThat(result.emissions().rowsPerSecond(recovered, end(result)))
                .as("rows/s from 3 s after the kill on")
                .isGreaterThan(0.7 * RATE);
        poolCluster.startMissing();
        awaitReplicas(REPLICAS);
    }

    @Test
    @Order(2)
    void waitsForReplicasWhenAllAreKilled(TestInfo test) throws Exception {
        LoadRun run = submit(test, Duration.ofSeconds(15));
        awaitResults(run, 3);

        List.of("gpu-1", "gpu-2", "gpu-3").forEach(poolCluster::kill);
        long checkpointsBefore = run.job().completedCheckpoints();
        await().atMost(LONG)
                .pollDelay(OUTAGE)
                .until(() -> run.job().completedCheckpoints() >= checkpointsBefore + 10);
        long emittedDuringOutage = LoadResult.read(run.spec()).results();
        poolCluster.startMissing();
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(emittedDuringOutage).isLessThan(result.results());
        assertThat(run.job().restarts()).isZero();
        awaitReplicas(REPLICAS);
    }

    @Test
    @Order(3)
    void dropsNoRowWhenThePoolIsScaledUpAndDown(TestInfo test) throws Exception {
        scale(1);
        LoadRun run = submit(test, Duration.ofSeconds(25));
        awaitResults(run, 8);

        Instant begin = Instant.now();
        scale(3);
        scale(2);
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(run.job().restarts()).isZero();
        // The machine itself may stop for a while: what it does to the undisturbed run is forgiven.
        Duration undisturbed =
                result.emissions()
                        .longestGap(result.emissions().first().orElseThrow().plusSeconds(2), begin);
        Duration most = max(Duration.ofSeconds(1), undisturbed.multipliedBy(2));
        assertThat(result.emissions().longestGap(begin, end(result)))
                .as("longest gap without output (undisturbed: %s)", undisturbed)
                .isLessThan(most);
        scale(REPLICAS);
    }

    @Test
    @Order(4)
    void restoresAKilledPipelineOnAWarmPool(TestInfo test) throws Exception {
        Set<ReplicaAddress> before = readyAddresses();
        LoadRun run = submit(test, Duration.ofSeconds(15));
        awaitResults(run, 5);

        pipelineCluster.kill("cpu-1");
        pipelineCluster.startMissing();
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(run.job().restarts()).isPositive();
        assertThat(readyAddresses()).as("replicas stay as they are").isEqualTo(before);
    }

    /** A process that stands still for longer than an RPC may take, as a machine that is moved. */
    @Test
    @Order(5)
    void restartsNothingWhenAPoolIsScaledWhileAPipelinesTaskManagerStandsStill(TestInfo test)
            throws Exception {
        LoadRun run = submit(test, Duration.ofSeconds(25));
        awaitResults(run, 3);

        signal("cpu-1", "STOP");
        Instant resumed = Instant.now().plus(PAUSE);
        try {
            scale(2);
            scale(REPLICAS);
            await().atMost(LONG).until(() -> Instant.now().isAfter(resumed));
        } finally {
            signal("cpu-1", "CONT");
        }
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(end(result)).isAfter(resumed);
        assertThat(run.job().restarts()).as(lastFailure(run)).isZero();
    }

    @Test
    @Order(6)
    void flowsOnWithoutThePoolsJobManager(TestInfo test) throws Exception {
        LoadRun run = submit(test, Duration.ofSeconds(20));
        awaitResults(run, 5);

        Instant kill = Instant.now();
        poolCluster.kill("jobmanager");
        LoadResult result = run.await(LONG);

        assertExactlyOnce(result);
        assertThat(run.job().restarts()).isZero();
        assertThat(result.emissions().rowsPerSecond(kill.plusSeconds(2), end(result)))
                .as("rows/s without the pool's job manager")
                .isGreaterThan(0.7 * RATE);
        poolCluster.startMissing();
        startPool();
    }

    private static void start(LocalCluster cluster, Distribution distribution, ClusterShape shape) {
        // Frequent enough to notice a killed process at once, patient enough for a paused one.
        cluster.start(
                ClusterSpec.of(distribution, shape)
                        .withDevices(GpuDevices.simulated())
                        .withOverrides(
                                Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "40 s"))
                        .withRestPort(0));
    }

    private static void startPool() throws InterruptedException {
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(128))
                        .gpus(1)
                        .build();
        ReplicaRequest request = new ReplicaRequest(POOL, Map.of("echo", ECHO), 32, 1, profile);
        URI rest = poolCluster.address().orElseThrow().rest();
        try (Pools pools = new Pools(rest)) {
            pools.start(new PoolSpec(request, REPLICAS, 1, REPLICAS), Map.of());
            address = pools.address(POOL);
        }
        awaitReplicas(REPLICAS);
    }

    private static LoadRun submit(TestInfo test, Duration length) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName();
        LoadSpec spec =
                LoadSpec.of(directory.resolve(name), ECHO)
                        .separated(address)
                        .width(WIDTH)
                        .rowsPerSecond(RATE)
                        .rows((long) (RATE * length.toSeconds()))
                        .batch(16, Duration.ofMillis(10))
                        .checkpointInterval(Duration.ofMillis(500))
                        .build();
        return LoadRun.submit(pipelineCluster.address().orElseThrow().rest(), spec);
    }

    /** Waits until so many seconds' worth of rows are out. */
    private static void awaitResults(LoadRun run, int seconds) {
        await().atMost(LONG).until(() -> LoadResult.read(run.spec()).results() > RATE * seconds);
    }

    private static void signal(String process, String signal)
            throws IOException, InterruptedException {
        long pid =
                pipelineCluster.processes().stream()
                        .filter(record -> record.name().equals(process))
                        .mapToLong(ProcessRecord::pid)
                        .findFirst()
                        .orElseThrow();
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        assertThat(code).isZero();
    }

    private static String lastFailure(LoadRun run) {
        return new FlinkRestClient(pipelineCluster.address().orElseThrow().rest())
                .lastFailure(run.job().id())
                .orElse("no failure");
    }

    private static void scale(int replicas) throws InterruptedException {
        try (Pools pools = new Pools(poolCluster.address().orElseThrow().rest())) {
            pools.scale(POOL, replicas);
        }
        awaitReplicas(replicas);
    }

    private static void awaitReplicas(int replicas) {
        await().atMost(LONG)
                .ignoreExceptions()
                .until(
                        () -> {
                            PoolStatus status = status();
                            return status.isSettled() && status.ready() == replicas;
                        });
    }

    private static PoolStatus status() throws InterruptedException {
        try (Pools pools = new Pools(poolCluster.address().orElseThrow().rest())) {
            return pools.status(POOL);
        }
    }

    private static Set<ReplicaAddress> readyAddresses() throws InterruptedException {
        return status().replicas().stream().map(Replica::address).collect(Collectors.toSet());
    }

    private static Instant end(LoadResult result) {
        return result.emissions().last().orElseThrow();
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static void assertExactlyOnce(LoadResult result) {
        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.wrong()).as(result.toString()).isZero();
        assertThat(result.deadLetters()).as(result.toString()).isZero();
    }
}
