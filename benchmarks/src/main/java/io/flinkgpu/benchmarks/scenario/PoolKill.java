package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.BenchPool;
import io.flinkgpu.benchmarks.cluster.DisturbedLoad;
import io.flinkgpu.benchmarks.cluster.RealClusters;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.benchmarks.load.LoadSpecBuilder;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * A GPU task manager is killed under a steady load: one of a pool's three against one of the two
 * that a pipeline's own job infers on.
 */
@Internal
public final class PoolKill implements Scenario {

    private static final int REPLICAS = 3;
    private static final int PARALLELISM = 2;
    private static final String VICTIM = "gpu-2";

    private final Duration length;
    private final ScenarioInfo info;
    private Path scratch;
    private RealClusters clusters;
    private LocalCluster pipeline;
    private LocalCluster poolCluster;
    private LocalCluster fused;
    private BenchPool pool;

    /**
     * @param length of the load when nothing disturbs it
     */
    public PoolKill(Duration length, Plan plan) {
        this.length = length;
        this.info =
                ScenarioInfo.of(
                        "pool-kill",
                        "time without output when a GPU task manager is killed, of a pool and of the job itself",
                        "ms without output",
                        RatioRule.PEER_OVER_OURS,
                        plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path directory) throws Exception {
        scratch = directory;
        clusters = new RealClusters(directory);
        poolCluster = clusters.start("pool", ClusterShape.pool(REPLICAS));
        pipeline = clusters.start("pipeline", ClusterShape.cpu());
        fused = clusters.start("fused", ClusterShape.mixed());
        pool =
                BenchPool.start(
                        poolCluster, SteadyLoad.model(), SteadyLoad.BATCH_SIZE, REPLICAS, REPLICAS);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        return run.side() == Side.OURS ? ours() : peer();
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>(SteadyLoad.settings(length));
        settings.put("parallelism", PARALLELISM);
        settings.put(
                "kill",
                "SIGKILL of one GPU task manager: ours 1 of %d, started again after the run; the peer's 1 of 2, started again at once"
                        .formatted(REPLICAS));
        settings.put(
                "peer",
                "the same pipeline, fused, on a mixed cluster: its region restarts from the last checkpoint");
        return settings;
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
        if (clusters != null) {
            clusters.close();
        }
    }

    private Measurement ours() throws Exception {
        pool.awaitReady();
        LoadSpec spec = load().separated(pool.address()).build();
        Measurement measurement =
                DisturbedLoad.run(
                                pipeline,
                                spec,
                                load -> poolCluster.kill(VICTIM),
                                pipeline,
                                poolCluster)
                        .measurement();
        poolCluster.startMissing();
        return measurement;
    }

    private Measurement peer() throws Exception {
        return DisturbedLoad.run(
                        fused,
                        load().fused().build(),
                        load -> {
                            fused.kill(VICTIM);
                            fused.startMissing();
                        },
                        fused)
                .measurement();
    }

    private LoadSpecBuilder load() {
        return SteadyLoad.spec(scratch, length).parallelism(PARALLELISM);
    }
}
