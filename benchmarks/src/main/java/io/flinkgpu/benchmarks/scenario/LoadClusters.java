package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.PoolException;
import io.flinkgpu.deploy.pool.PoolStatus;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;

/**
 * Local clusters of real processes with simulated devices: one for a pipeline and one for its pool,
 * and a mixed one for a fused job.
 */
final class LoadClusters implements AutoCloseable {

    static final int REPLICAS = 3;

    private static final String POOL = "bench";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Flink's own settings notice a killed task manager only after a while. */
    private static final Map<String, String> QUICK_HEARTBEATS =
            Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "8 s");

    private final LocalCluster pipeline;
    private final LocalCluster pool;
    private final LocalCluster mixed;

    private LoadClusters(Path directory) {
        this.pipeline = LocalCluster.at(directory.resolve("pipeline"));
        this.pool = LocalCluster.at(directory.resolve("pool"));
        this.mixed = LocalCluster.at(directory.resolve("mixed"));
    }

    /** Starts all three and, on the second, a pool that serves the model. */
    static LoadClusters start(Path directory, ModelRef model, int batchSize)
            throws InterruptedException {
        LoadClusters clusters = new LoadClusters(directory);
        try {
            clusters.pipeline.start(spec(ClusterShape.cpu()));
            clusters.pool.start(spec(ClusterShape.pool(REPLICAS)));
            clusters.mixed.start(spec(ClusterShape.mixed()));
            clusters.startPool(model, batchSize);
            return clusters;
        } catch (RuntimeException failure) {
            clusters.close();
            throw failure;
        }
    }

    private static ClusterSpec spec(ClusterShape shape) {
        return ClusterSpec.of(Distribution.current(), shape)
                .withDevices(GpuDevices.simulated())
                .withOverrides(QUICK_HEARTBEATS)
                .withRestPort(0);
    }

    LocalCluster poolCluster() {
        return pool;
    }

    LocalCluster mixedCluster() {
        return mixed;
    }

    URI pipelineAddress() {
        return pipeline.address().orElseThrow().rest();
    }

    URI mixedAddress() {
        return mixed.address().orElseThrow().rest();
    }

    PoolAddress poolAddress() {
        try (Pools pools = pools()) {
            return pools.address(POOL);
        }
    }

    /** Brings the pool to so many replicas, and waits until all are ready. */
    void scale(int replicas) throws InterruptedException {
        try (Pools pools = pools()) {
            pools.scale(POOL, replicas);
        }
        awaitReplicas();
    }

    /** Waits until all replicas are ready. */
    void awaitReplicas() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSettled()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Cannot measure: the pool was not ready after " + PATIENCE + ".");
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private boolean isSettled() throws InterruptedException {
        try (Pools pools = pools()) {
            PoolStatus status = pools.status(POOL);
            return status.isSettled();
        } catch (PoolException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        pipeline.stop();
        pool.stop();
        mixed.stop();
    }

    private void startPool(ModelRef model, int batchSize) throws InterruptedException {
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(128))
                        .gpus(1)
                        .build();
        ReplicaRequest replica =
                new ReplicaRequest(POOL, Map.of(model.servedName(), model), batchSize, 1, profile);
        try (Pools pools = pools()) {
            pools.start(new PoolSpec(replica, REPLICAS, 1, REPLICAS), Map.of());
        }
        awaitReplicas();
    }

    private Pools pools() {
        return new Pools(pool.address().orElseThrow().rest());
    }
}
