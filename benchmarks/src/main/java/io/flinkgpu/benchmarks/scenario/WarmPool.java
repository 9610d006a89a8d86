package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.BenchPool;
import io.flinkgpu.benchmarks.cluster.ModelLoads;
import io.flinkgpu.benchmarks.cluster.RealClusters;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.load.LoadResult;
import io.flinkgpu.benchmarks.load.LoadRun;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.benchmarks.load.LoadSpecBuilder;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * The time from a pipeline's submission to its first prediction: against a pool that has the model
 * loaded, and with the model in the job's own task managers.
 *
 * <p>Either pipeline starts in new task manager processes; the pool alone is warm.
 */
@Internal
public final class WarmPool implements Scenario {

    static final String NAME = "warm-pool";

    private static final int BATCH_SIZE = 32;
    private static final int ROWS = 320;
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(2);
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final int[] widths;
    private final ScenarioInfo info;
    private Path scratch;
    private BenchModel model;
    private RealClusters clusters;
    private LocalCluster separated;
    private LocalCluster fused;
    private LocalCluster poolCluster;
    private BenchPool pool;

    /**
     * @param widths of the model's layers, input first
     */
    public WarmPool(int[] widths, Plan plan) {
        this.widths = widths.clone();
        this.info =
                ScenarioInfo.of(
                                NAME,
                                "time to the first prediction, against a warm pool and with a cold model in the job",
                                "ms",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant("start");
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
        separated = clusters.start("separated", ClusterShape.cpu());
        fused = clusters.start("fused", ClusterShape.mixed());
        pool = BenchPool.start(poolCluster, model.reference(), BATCH_SIZE, 1, 1);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        boolean isOurs = run.side() == Side.OURS;
        LocalCluster cluster = isOurs ? separated : fused;
        if (isOurs) {
            RealClusters.replace(cluster, "cpu-1");
        } else {
            RealClusters.replace(cluster, "cpu-1", "gpu-1", "gpu-2");
        }
        TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
        return firstPrediction(cluster, spec(isOurs));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "start");
        settings.put("modelMib", BenchModel.denseBytes(widths) >> 20);
        settings.put("batchSize", BATCH_SIZE);
        settings.put("parallelism", 1);
        settings.put("hardware", RealClusters.HARDWARE);
        settings.put(
                "taskManagers",
                "of the pipelines new processes each time, registered and quiet for %d s; of the pool the same ones throughout"
                        .formatted(QUIET.toSeconds()));
        settings.put("clock", "submission to the first row that leaves inference");
        settings.put(
                "peer", "the same pipeline, fused: the job's own task manager loads the model");
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

    private LoadSpec spec(boolean isOurs) {
        LoadSpecBuilder load =
                LoadSpec.of(scratch.resolve("load-" + UUID.randomUUID()), model.reference())
                        .rows(ROWS)
                        .width(widths[0])
                        .parallelism(1)
                        .batch(BATCH_SIZE, Duration.ofMillis(10));
        return (isOurs ? load.separated(pool.address()) : load.fused()).build();
    }

    private Measurement firstPrediction(LocalCluster cluster, LoadSpec spec) throws Exception {
        ModelLoads before = ModelLoads.of(cluster, poolCluster);
        Instant submitted = Instant.now();
        LoadRun run = LoadRun.submit(ClusterSet.rest(cluster), spec);
        Duration submission = Duration.between(submitted, Instant.now());
        LoadResult result = run.await(ENDS_WITHIN);
        if (result.results() != ROWS) {
            throw new IllegalStateException("Cannot measure the start: " + result);
        }
        Duration first = Duration.between(submitted, result.emissions().first().orElseThrow());
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("submissionMillis", (double) submission.toMillis());
        details.put("modelLoads", (double) ModelLoads.of(cluster, poolCluster).since(before));
        details.put("restarts", (double) run.job().restarts());
        return new Measurement(Math.max(1, first.toMillis()), details);
    }
}
