package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.PoolStatus;
import io.flinkgpu.deploy.pool.Pools;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.resources.StageProfile;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/** A pool with one model on a cluster. Ends with the cluster; not thread-safe. */
@Internal
public final class BenchPool implements AutoCloseable {

    private static final String NAME = "bench";
    private static final int HEAP_MEBIBYTES = 256;
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final Pools pools;

    private BenchPool(Pools pools) {
        this.pools = pools;
    }

    /**
     * Starts a pool and waits until it is ready.
     *
     * @param replicas to start with
     * @param maxReplicas to which it may be scaled
     */
    public static BenchPool start(
            LocalCluster cluster, ModelRef model, int batchSize, int replicas, int maxReplicas)
            throws InterruptedException {
        StageProfile profile =
                StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(HEAP_MEBIBYTES))
                        .gpus(1)
                        .build();
        ReplicaRequest request =
                new ReplicaRequest(NAME, Map.of(model.servedName(), model), batchSize, 1, profile);
        BenchPool pool = new BenchPool(new Pools(ClusterSet.rest(cluster)));
        try {
            pool.pools.start(new PoolSpec(request, replicas, 1, maxReplicas), Map.of());
            pool.awaitReady();
            return pool;
        } catch (InterruptedException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** By which address pipelines name it. */
    public PoolAddress address() {
        return pools.address(NAME);
    }

    /** Asks for another number of replicas and waits until just so many are ready. */
    public void scale(int replicas) throws InterruptedException {
        pools.scale(NAME, replicas);
        Wait.until(
                "%d replicas are ready".formatted(replicas),
                READY_WITHIN,
                () -> {
                    PoolStatus status = pools.status(NAME);
                    return status.isSettled() && status.ready() == replicas;
                });
    }

    /** Waits until it has just as many ready replicas as it should have. */
    public void awaitReady() throws InterruptedException {
        Wait.until("all replicas are ready", READY_WITHIN, () -> pools.status(NAME).isSettled());
    }

    /** Lets go of the connection; the pool goes on until its cluster is stopped. */
    @Override
    public void close() {
        pools.close();
    }
}
