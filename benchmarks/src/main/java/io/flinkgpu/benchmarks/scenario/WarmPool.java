package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.deploy.load.LoadResult;
import io.flinkgpu.deploy.load.LoadRun;
import io.flinkgpu.deploy.load.LoadSpec;
import io.flinkgpu.deploy.load.LoadSpecBuilder;
import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.IOUtils;

/** From the submission of a job to its first prediction: with a warm pool, and fused and cold. */
public final class WarmPool implements Scenario {

    public static final String NAME = "warm-pool";

    private static final int BATCH_SIZE = 16;
    private static final int ROWS = 400;
    private static final double ROWS_PER_SECOND = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final int[] widths;
    private final Plan plan;
    private Path scratch;
    private ModelRef model;
    private LoadClusters clusters;

    /**
     * A model of dense layers.
     *
     * @param widths of the layers, input first
     */
    public WarmPool(int[] widths, Plan plan) {
        this.widths = widths.clone();
        this.plan = plan;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "time from the submission of a job to its first prediction, warm pool against fused and cold";
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public RatioRule ratioRule() {
        return RatioRule.PEER_OVER_OURS;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public void prepare(Path directory) throws Exception {
        scratch = directory;
        model = ModelRef.savedModel(BenchModel.dense("dense", directory, widths).directory());
        clusters = LoadClusters.start(directory.resolve("clusters"), model, BATCH_SIZE);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        boolean ours = run.side() == Side.OURS;
        if (!ours) {
            // A fresh process has neither TensorFlow nor the model.
            List.of("gpu-1", "gpu-2").forEach(clusters.mixedCluster()::kill);
            clusters.mixedCluster().startMissing();
        }
        Instant submission = Instant.now();
        LoadRun load =
                LoadRun.submit(
                        ours ? clusters.pipelineAddress() : clusters.mixedAddress(), spec(run));
        LoadResult result = load.await(PATIENCE);
        Instant first = result.emissions().first().orElseThrow();
        return Measurement.of((double) Duration.between(submission, first).toMillis());
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("devices", "simulated; the model is real and runs on the processor");
        settings.put("model", "dense, seeded random weights, layers of " + List.of(boxed()));
        settings.put("batchSize", BATCH_SIZE);
        settings.put(
                "peer",
                "the same job fused, on GPU task managers started anew for each measurement");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(clusters);
    }

    private Integer[] boxed() {
        return Arrays.stream(widths).boxed().toArray(Integer[]::new);
    }

    private LoadSpec spec(Run run) {
        String name = run.side() + "-" + (run.isWarmUp() ? "warm-up-" : "") + run.repetition();
        LoadSpecBuilder spec =
                LoadSpec.of(scratch.resolve(name), model)
                        .width(widths[0])
                        .rowsPerSecond(ROWS_PER_SECOND)
                        .rows(ROWS)
                        .batch(BATCH_SIZE, Duration.ofMillis(10));
        return run.side() == Side.OURS
                ? spec.separated(clusters.poolAddress()).build()
                : spec.fused().build();
    }
}
