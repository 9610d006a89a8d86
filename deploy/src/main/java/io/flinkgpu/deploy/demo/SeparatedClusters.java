package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.ClusterAddress;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.JobSubmitter;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The two local clusters of one separated run: one task manager without a GPU for the pipeline, and
 * GPU task managers for the pool, which is started on them.
 *
 * <p>Closing it ends all processes; so does the end of this process.
 */
final class SeparatedClusters implements AutoCloseable {

    static final String POOL = "digits";

    private static final int REPLICAS = 3;

    private final LocalCluster pipeline;
    private final LocalCluster pool;
    private final Thread stopOnExit = new Thread(this::stop, "stop-demo-clusters");

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
        Runtime.getRuntime().addShutdownHook(clusters.stopOnExit);
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

    /** How many replicas the pool is to have. */
    int replicas() {
        return (int)
                pool.processes().stream()
                        .filter(process -> process.name().startsWith("gpu-"))
                        .count();
    }

    /** Starts the pool's job; returns before its replicas are ready. */
    PoolAddress startPool(DemoConfig config) throws Exception {
        URI address = pool.address().orElseThrow().rest();
        JobSubmitter submitter = new JobSubmitter(address);
        StreamExecutionEnvironment environment = submitter.environment();
        ReplicaRequest replica =
                new ReplicaRequest(
                        POOL,
                        Map.of(config.model().reference().servedName(), config.model().reference()),
                        config.batchSize(),
                        1,
                        config.stages().get(1));
        PoolJob.define(environment, new PoolSpec(replica, replicas(), 1, replicas()));
        submitter.submit(environment.getStreamGraph());
        return new PoolAddress("flink", address.getAuthority(), POOL, 1);
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(stopOnExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook stops what runs, again.
        }
    }

    private synchronized void stop() {
        pipeline.stop();
        pool.stop();
    }
}
