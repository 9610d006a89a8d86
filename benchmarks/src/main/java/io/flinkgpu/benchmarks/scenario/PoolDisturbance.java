package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.load.LoadResult;
import io.flinkgpu.deploy.load.LoadRun;
import io.flinkgpu.deploy.load.LoadSpec;
import io.flinkgpu.deploy.load.LoadSpecBuilder;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.IOUtils;

/**
 * A GPU task manager killed under load: of a pool behind the pipeline, against one that runs a part
 * of the pipeline itself.
 *
 * <p>The load is a job with an exactly-once sink; each emission carries its time. Both clusters get
 * a new task manager right after the kill.
 */
public final class PoolDisturbance implements Scenario {

    /** What happens to the pool. */
    public enum Kind {
        /** One of three GPU task managers is killed. */
        KILL("pool-kill", "a GPU task manager of a pool is killed"),
        /** The pool is scaled from one replica to three and to two. */
        RESCALE("pool-rescale", "a pool is scaled from 1 to 3 to 2 replicas");

        private final String scenario;
        private final String event;

        Kind(String scenario, String event) {
            this.scenario = scenario;
            this.event = event;
        }
    }

    private static final String VICTIM = "gpu-2";
    private static final int WIDTH = 16;
    private static final int BATCH_SIZE = 16;
    private static final double ROWS_PER_SECOND = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration LOAD_TIME = Duration.ofSeconds(2);
    private static final ModelRef MODEL =
            SimulatedModel.named("echo")
                    .ofRows(DataType.FLOAT32, Shape.of(WIDTH))
                    .loading(LOAD_TIME, MemorySize.ZERO)
                    .taking(Duration.ofMillis(5), Duration.ofNanos(100_000))
                    .ref();

    private final Kind kind;
    private final Plan plan;
    private Path scratch;
    private LoadClusters clusters;

    public PoolDisturbance(Kind kind, Plan plan) {
        this.kind = kind;
        this.plan = plan;
    }

    @Override
    public String name() {
        return kind.scenario;
    }

    @Override
    public String description() {
        return "longest pause of output when "
                + kind.event
                + ", against a fused job that loses a GPU task manager";
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
        clusters = LoadClusters.start(directory.resolve("clusters"), MODEL, BATCH_SIZE);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        boolean ours = run.side() == Side.OURS;
        if (ours && kind == Kind.RESCALE) {
            clusters.scale(1);
        }
        LoadRun load =
                LoadRun.submit(
                        ours ? clusters.pipelineAddress() : clusters.mixedAddress(), spec(run));
        awaitRows(load, (long) (ROWS_PER_SECOND * run.length().toSeconds() / 3));
        Instant begin = Instant.now();
        disturb(ours);
        LoadResult result = load.await(PATIENCE);
        clusters.scale(LoadClusters.REPLICAS);
        return measurement(load, result, begin);
    }

    private void disturb(boolean ours) throws InterruptedException {
        if (ours && kind == Kind.RESCALE) {
            clusters.scale(LoadClusters.REPLICAS);
            clusters.scale(LoadClusters.REPLICAS - 1);
        } else {
            LocalCluster cluster = ours ? clusters.poolCluster() : clusters.mixedCluster();
            cluster.kill(VICTIM);
            cluster.startMissing();
        }
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("devices", "simulated");
        settings.put("model", "simulated, 5 ms a batch and 0.1 ms a row, loads in 2 s");
        settings.put("rowsPerSecond", ROWS_PER_SECOND);
        settings.put("batchSize", BATCH_SIZE);
        settings.put("replicas", LoadClusters.REPLICAS);
        settings.put("heartbeats", "1 s, 8 s on both sides");
        settings.put(
                "peer", "the same job fused, on a cluster with two GPU task managers, one killed");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(clusters);
    }

    private LoadSpec spec(Run run) {
        String name = run.side() + "-" + (run.isWarmUp() ? "warm-up-" : "") + run.repetition();
        LoadSpecBuilder spec =
                LoadSpec.of(scratch.resolve(name), MODEL)
                        .width(WIDTH)
                        .rowsPerSecond(ROWS_PER_SECOND)
                        .rows((long) (ROWS_PER_SECOND * run.length().toSeconds()))
                        .batch(BATCH_SIZE, Duration.ofMillis(10));
        return run.side() == Side.OURS
                ? spec.separated(clusters.poolAddress()).build()
                : spec.fused().build();
    }

    private static Measurement measurement(LoadRun load, LoadResult result, Instant begin) {
        Instant end = result.emissions().last().orElseThrow();
        Duration pause = result.emissions().longestGap(begin, end);
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("restarts", (double) load.restarts());
        details.put("missingRows", (double) result.missing());
        details.put("duplicatedRows", (double) result.duplicated());
        return new Measurement((double) Math.max(1, pause.toMillis()), details);
    }

    private static void awaitRows(LoadRun load, long rows) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (LoadResult.read(load.spec()).results() < rows) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Cannot measure: the load gave no %d rows within %s."
                                .formatted(rows, PATIENCE));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
