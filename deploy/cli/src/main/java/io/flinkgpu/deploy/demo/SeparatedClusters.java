package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.ClusterAddress;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;

/**
 * The two local clusters of one separated run: one task manager without a GPU for the pipeline, and
 * GPU task managers for the pool, which is started on them.
 *
 * <p>Closing it ends all processes; so does the end of this process.
 */
final class SeparatedClusters implements AutoCloseable {

    static final String POOL = "digits";

    private static final int REPLICAS = 3;
    private static final Duration REPLICAS_START = Duration.ofMinutes(2);

    private final LocalCluster pipeline;
    private final LocalCluster pool;
    private final ExitHook stopOnExit = ExitHook.open("stop-demo-clusters", this::stop);

    private SeparatedClusters(Path directory) {
        this.pipeline = LocalCluster.at(directory.resolve("pipeline"));
        this.pool = LocalCluster.at(directory.resolve("pool"));
    }

    /**
     * Starts both clusters at once and waits for them.
     *
     * @param directory for their configuration and logs
     */
    static SeparatedClusters start(Path directory, GpuDevices devices) {
        SeparatedClusters clusters = new SeparatedClusters(directory);
        try {
            CompletableFuture<ClusterAddress> other =
                    CompletableFuture.supplyAsync(
                            () -> clusters.pool.start(spec(poolShape(devices), devices)));
            clusters.pipeline.start(spec(ClusterShape.cpu(), devices));
            other.join();
            return clusters;
        } catch (RuntimeException failure) {
            clusters.close();
            throw failure;
        }
    }

    private static ClusterShape poolShape(GpuDevices devices) {
        return devices.isSimulated() ? ClusterShape.pool(REPLICAS) : ClusterShape.pool();
    }

    private static ClusterSpec spec(ClusterShape shape, GpuDevices devices) {
        return ClusterSpec.of(Distribution.current(), shape).withDevices(devices).withRestPort(0);
    }

    /** The job manager of the pipeline. */
    URI pipelineAddress() {
        return pipeline.address().orElseThrow().rest();
    }

    /** The cluster of the GPU task managers. */
    LocalCluster poolCluster() {
        return pool;
    }

    /**
     * Starts the pool and waits until its replicas are ready.
     *
     * @param out is told of their progress
     */
    PoolAddress startPool(DemoConfig config, PrintWriter out) throws InterruptedException {
        ModelRef model = config.model().reference();
        ReplicaRequest replica =
                new ReplicaRequest(
                        POOL,
                        Map.of(model.servedName(), model),
                        config.batchSize(),
                        1,
                        config.stages().get(1));
        try (Pools pools = new Pools(pool.address().orElseThrow().rest())) {
            JobID job = pools.start(new PoolSpec(replica, replicas(), 1, replicas()), Map.of());
            pools.awaitReady(POOL, job, out, REPLICAS_START);
            return pools.address(POOL);
        }
    }

    /** How many replicas the pool is to have. */
    private int replicas() {
        return (int)
                pool.processes().stream()
                        .filter(process -> process.name().startsWith("gpu-"))
                        .count();
    }

    @Override
    public void close() {
        stop();
        stopOnExit.close();
    }

    private synchronized void stop() {
        try {
            pipeline.stop();
        } finally {
            pool.stop();
        }
    }
}
