package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.BenchPool;
import io.flinkgpu.benchmarks.cluster.DisturbedLoad;
import io.flinkgpu.benchmarks.cluster.ElasticJob;
import io.flinkgpu.benchmarks.cluster.RealClusters;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * Inference is scaled up and down under a steady load: a pool's replicas against the subtasks of a
 * job that infers itself, which Flink's adaptive scheduler rescales in place.
 */
@Internal
public final class PoolRescale implements Scenario {

    private static final int FIRST = 1;
    private static final List<Integer> STEPS = List.of(3, 2);
    private static final int MOST = 3;
    private static final int PARALLELISM = 2;

    /** Slot sharing groups of the fused pipeline, which need a slot each. */
    private static final int STAGES = 2;

    private static final Duration BETWEEN = Duration.ofSeconds(4);

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
    public PoolRescale(Duration length, Plan plan) {
        this.length = length;
        this.info =
                ScenarioInfo.of(
                        "pool-rescale",
                        "time without output when inference is rescaled, of a pool and of the job itself",
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
        poolCluster = clusters.start("pool", ClusterShape.pool(MOST));
        pipeline = clusters.start("pipeline", ClusterShape.cpu());
        fused = clusters.start("fused", ClusterShape.pool(MOST), STAGES);
        pool = BenchPool.start(poolCluster, SteadyLoad.model(), SteadyLoad.BATCH_SIZE, FIRST, MOST);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        return run.side() == Side.OURS ? ours() : peer();
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>(SteadyLoad.settings(length));
        settings.put("pipelineParallelism", PARALLELISM);
        settings.put("steps", "%d to 3 to 2, %d s apart".formatted(FIRST, BETWEEN.toSeconds()));
        settings.put(
                "peer",
                "the same pipeline, fused, every stage rescaled by Flink's adaptive scheduler on task managers as the pool's; reacts after 1 s, at a checkpoint");
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
        pool.scale(FIRST);
        LoadSpec spec =
                SteadyLoad.spec(scratch, length)
                        .parallelism(PARALLELISM)
                        .separated(pool.address())
                        .build();
        return DisturbedLoad.run(pipeline, spec, load -> step(pool::scale), pipeline, poolCluster)
                .measurement();
    }

    /** All splits of the source are made at the start: as many as there will be subtasks. */
    private Measurement peer() throws Exception {
        LoadSpec spec = SteadyLoad.spec(scratch, length).parallelism(MOST).fused().build();
        return DisturbedLoad.run(
                        fused, spec, new ElasticJob(fused, FIRST, PoolRescale::step), fused)
                .measurement();
    }

    private static void step(ElasticJob.Scaling scaling) throws InterruptedException {
        for (int size : STEPS) {
            scaling.to(size);
            TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
        }
    }
}
