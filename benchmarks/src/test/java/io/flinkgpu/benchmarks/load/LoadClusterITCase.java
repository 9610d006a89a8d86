package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load with its default profiles on the processes of local clusters. */
class LoadClusterITCase {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROWS = 5_000;
    private static final String POOL = "load";
    private static final ModelRef ECHO = SimulatedModel.named("echo").ref();

    @TempDir private Path directory;
    private Distribution distribution;
    private LocalCluster pipeline;
    private LocalCluster pool;

    @BeforeEach
    void findDistribution() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        distribution = new Distribution(home);
        pipeline = LocalCluster.at(directory.resolve("pipeline"));
        pool = LocalCluster.at(directory.resolve("pool"));
    }

    @AfterEach
    void stop() {
        if (distribution != null) {
            pipeline.stop();
            pool.stop();
        }
    }

    @Test
    void fusedLoadFitsOnMixedCluster() throws Exception {
        URI address = start(pipeline, ClusterShape.mixed());

        LoadRun run =
                LoadRun.submit(
                        address, LoadSpec.of(directory.resolve("run"), ECHO).rows(ROWS).build());

        assertComplete(run.await(TIMEOUT));
        assertThat(run.job().restarts()).isZero();
        assertThat(inference(run).taskManagers()).containsExactly("gpu-1", "gpu-2");
    }

    @Test
    void separatedLoadFitsOnCpuCluster() throws Exception {
        PoolAddress replicas = startPool(start(pool, ClusterShape.pool(1)));
        LoadSpec spec =
                LoadSpec.of(directory.resolve("run"), ECHO)
                        .rows(ROWS)
                        .separated(replicas)
                        .parallelism(4)
                        .build();

        LoadRun run = LoadRun.submit(start(pipeline, ClusterShape.cpu()), spec);

        assertComplete(run.await(TIMEOUT));
        assertThat(run.job().restarts()).isZero();
        assertThat(inference(run).subtasks()).hasSize(4);
    }

    private URI start(LocalCluster cluster, ClusterShape shape) {
        return cluster.start(
                        ClusterSpec.of(distribution, shape)
                                .withDevices(GpuDevices.simulated())
                                .withRestPort(0))
                .rest();
    }

    private static PoolAddress startPool(URI address) throws InterruptedException {
        try (Pools pools = new Pools(address)) {
            pools.start(poolOfOne(), Map.of());
            return pools.address(POOL);
        }
    }

    private static PoolSpec poolOfOne() {
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(256))
                        .gpus(1)
                        .build();
        return new PoolSpec(
                new ReplicaRequest(POOL, Map.of("echo", ECHO), 32, 1, profile), 1, 1, 1);
    }

    private static VertexInfo inference(LoadRun run) {
        return run.job().vertices().stream()
                .filter(vertex -> vertex.name().contains(LoadPipeline.INFERENCE))
                .findFirst()
                .orElseThrow();
    }

    private static void assertComplete(LoadResult result) {
        assertThat(result.isExactlyOnce()).as(result.toString()).isTrue();
        assertThat(result.results()).isEqualTo(ROWS);
        assertThat(result.wrong()).isZero();
    }
}
