package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
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

    private static final String PIPELINE = "pipeline";
    private static final String POOL_CLUSTER = "pool";

    private final ClusterSet clusters;
    private final LocalCluster pipeline;
    private final LocalCluster pool;

    private SeparatedClusters(ClusterSet clusters, Map<String, LocalCluster> started) {
        this.clusters = clusters;
        this.pipeline = started.get(PIPELINE);
        this.pool = started.get(POOL_CLUSTER);
    }

    /**
     * Starts both clusters at once and waits for them.
     *
     * @param directory for their configuration and logs
     */
    static SeparatedClusters start(Path directory, GpuDevices devices) {
        ClusterSet clusters = new ClusterSet(directory);
        try {
            return new SeparatedClusters(
                    clusters,
                    clusters.start(
                            Map.of(
                                    PIPELINE, spec(ClusterShape.cpu(), devices),
                                    POOL_CLUSTER, spec(poolShape(devices), devices))));
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
        return ClusterSet.rest(pipeline);
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
        try (Pools pools = new Pools(ClusterSet.rest(pool))) {
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
        clusters.close();
    }
}
