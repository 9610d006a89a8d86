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
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.StageProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that stands still for longer than an RPC may take, as a virtual machine does that is
 * moved: the job goes on where it was. Real processes, with Flink's own heartbeats.
 */
@Timeout(240)
class PausedTaskManagerITCase {

    private static final String POOL = "load";
    private static final int WIDTH = 16;
    private static final double RATE = 200;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(20);
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
        start(poolCluster, distribution, ClusterShape.pool(2));
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
    void restartsNothingWhenAPoolIsScaledWhileAPipelinesTaskManagerStandsStill() throws Exception {
        LoadRun run = submit();
        await().atMost(LONG).until(() -> LoadResult.read(run.spec()).results() > RATE * 3);

        Instant resumed = pauseAndScale("cpu-1");
        LoadResult result = run.await(LONG);

        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.wrong()).as(result.toString()).isZero();
        assertThat(result.deadLetters()).as(result.toString()).isZero();
        assertThat(result.emissions().last().orElseThrow()).isAfter(resumed);
        assertThat(run.job().restarts()).as(failure(pipelineCluster, run.job().id())).isZero();
    }

    /** Scales the pool down and up while the process stands still. */
    private static Instant pauseAndScale(String process) throws Exception {
        signal(process, "STOP");
        try {
            Instant end = Instant.now().plus(PAUSE);
            scale(1);
            scale(2);
            await().atMost(LONG).until(() -> Instant.now().isAfter(end));
        } finally {
            signal(process, "CONT");
        }
        return Instant.now();
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

    private static void start(LocalCluster cluster, Distribution distribution, ClusterShape shape) {
        cluster.start(
                ClusterSpec.of(distribution, shape)
                        .withDevices(GpuDevices.simulated())
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
        try (Pools pools = new Pools(poolCluster.address().orElseThrow().rest())) {
            pools.start(new PoolSpec(request, 2, 1, 2), Map.of());
            address = pools.address(POOL);
        }
        awaitReplicas(2);
    }

    private static LoadRun submit() throws Exception {
        LoadSpec spec =
                LoadSpec.of(directory.resolve("load"), ECHO)
                        .separated(address)
                        .width(WIDTH)
                        .rowsPerSecond(RATE)
                        .rows((long) (RATE * 30))
                        .batch(16, Duration.ofMillis(10))
                        .checkpointInterval(Duration.ofMillis(500))
                        .build();
        return LoadRun.submit(pipelineCluster.address().orElseThrow().rest(), spec);
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
                .until(() -> status().isSettled() && status().ready() == replicas);
    }

    private static String failure(LocalCluster cluster, JobID job) {
        return new FlinkRestClient(cluster.address().orElseThrow().rest())
                .lastFailure(job)
                .orElse("no failure");
    }

    private static PoolStatus status() throws InterruptedException {
        try (Pools pools = new Pools(poolCluster.address().orElseThrow().rest())) {
            return pools.status(POOL);
        }
    }
}
