package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.BenchPool;
import io.flinkgpu.benchmarks.cluster.Disturbance;
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
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/**
 * The time without predictions when a pipeline's task manager is killed and started again: against
 * a pool that goes on, and against one that is lost with it.
 */
@Internal
public final class WarmRestart implements Scenario {

    private static final int BATCH_SIZE = 16;
    private static final double RATE = 100;
    private static final Duration CHECKPOINTS = Duration.ofMillis(500);

    private final int[] widths;
    private final Duration length;
    private final ScenarioInfo info;
    private Path scratch;
    private BenchModel model;
    private RealClusters clusters;
    private LocalCluster pipeline;
    private LocalCluster poolCluster;
    private BenchPool pool;

    /**
     * @param widths of the model's layers, input first
     * @param length of the load when nothing disturbs it
     */
    public WarmRestart(int[] widths, Duration length, Plan plan) {
        this.widths = widths.clone();
        this.length = length;
        this.info =
                ScenarioInfo.of(
                                WarmPool.NAME,
                                "time without predictions when a pipeline restarts, against a warm pool and against a cold one",
                                "ms without output",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant("restart");
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path directory) throws Exception {
        scratch = directory;
        model = BenchModel.dense("dense", directory, widths);
        clusters = new RealClusters(directory);
        poolCluster = clusters.start("pool", ClusterShape.pool(1));
        pipeline = clusters.start("pipeline", ClusterShape.cpu());
        pool = BenchPool.start(poolCluster, model.reference(), BATCH_SIZE, 1, 1);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        pool.awaitReady();
        Disturbance kill =
                load -> {
                    if (run.side() == Side.PEER) {
                        poolCluster.kill("gpu-1");
                    }
                    pipeline.kill("cpu-1");
                    if (run.side() == Side.PEER) {
                        poolCluster.startMissing();
                    }
                    pipeline.startMissing();
                };
        return DisturbedLoad.run(pipeline, load(), kill, poolCluster).measurement();
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "restart");
        settings.put("modelMib", BenchModel.denseBytes(widths) >> 20);
        settings.put("batchSize", BATCH_SIZE);
        settings.put("rowsPerSecond", RATE);
        settings.put(
                "checkpoints", "unaligned, every %d ms, rocksdb".formatted(CHECKPOINTS.toMillis()));
        settings.put("hardware", RealClusters.HARDWARE);
        settings.put("detection", RealClusters.detection());
        settings.put(
                "kill", "SIGKILL of the pipeline's task manager, which is started again at once");
        settings.put(
                "peer",
                "the same, with the pool's task manager killed and started again at the same time");
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

    private LoadSpec load() {
        return LoadSpec.of(scratch.resolve("load-" + UUID.randomUUID()), model.reference())
                .rows((long) (RATE * length.toSeconds()))
                .rowsPerSecond(RATE)
                .width(widths[0])
                .parallelism(1)
                .batch(BATCH_SIZE, Duration.ofMillis(10))
                .checkpointInterval(CHECKPOINTS)
                .separated(pool.address())
                .build();
    }
}
