package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.Arrivals;
import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.BenchCluster.CompletedCheckpoint;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Samples;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Checkpoints while the model stalls and every in-flight place is taken, against Flink's {@code
 * AsyncWaitOperator}.
 *
 * <p>Checkpoints that are triggered before all places are taken do not count, nor does the one that
 * is under way when the observation ends.
 */
@Internal
public final class CheckpointUnderLoad implements Scenario {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int STALLS_OBSERVED = 4;
    private static final Duration LOADED_WITHIN = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final double P99 = 0.99;

    private final StalledJobs jobs;
    private final Duration stall;
    private final ScenarioInfo info;
    private BenchCluster cluster;

    private CheckpointUnderLoad(StalledJobs jobs, String variant, Duration stall, Plan plan) {
        this.jobs = jobs;
        this.stall = stall;
        this.info =
                ScenarioInfo.of(
                                "checkpoint-under-load",
                                "checkpoint duration while inference stalls, against Flink's AsyncWaitOperator",
                                "ms (p99)",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant(variant);
    }

    /**
     * Of stages of the DataStream API.
     *
     * @param stall how long the model takes for a batch, and a call of the peer for a row
     */
    public static CheckpointUnderLoad ofStages(Duration stall, Plan plan) {
        return new CheckpointUnderLoad(new StalledStages(), "DataStream API", stall, plan);
    }

    /**
     * Of statements of SQL.
     *
     * @param stall how long the model takes for a batch
     */
    public static CheckpointUnderLoad ofQueries(Duration stall, Plan plan) {
        return new CheckpointUnderLoad(new StalledQueries(), "SQL", stall, plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        cluster = BenchCluster.start(1, scratch);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        String name = "stall-" + UUID.randomUUID();
        StreamExecutionEnvironment environment = environment();
        BooleanSupplier isLoaded =
                run.side() == Side.OURS
                        ? jobs.defineOurs(environment, name, stall)
                        : jobs.definePeers(environment, name, stall);
        JobID job = cluster.submit(environment);
        try {
            return measurement(observe(job, name, isLoaded));
        } finally {
            cluster.cancel(job);
            Arrivals.forget(name);
        }
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "simulated");
        settings.put("stallMillis", stall.toMillis());
        settings.put("capacity", StalledJobs.CAPACITY);
        settings.put("batchSize", StalledJobs.CAPACITY);
        settings.put("parallelism", 1);
        settings.put("outputMode", OutputMode.UNORDERED.name());
        settings.put(
                "checkpoints", "unaligned, every %d ms, rocksdb".formatted(INTERVAL.toMillis()));
        settings.put("observedMillis", observed().toMillis());
        settings.putAll(jobs.settings());
        return settings;
    }

    @Override
    public void close() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private StreamExecutionEnvironment environment() {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, INTERVAL);
        settings.set(InferenceOptions.MODEL_LINGER, Duration.ZERO);
        return cluster.environment(settings, 1);
    }

    /** Durations, in milliseconds, of the checkpoints that were triggered under load. */
    private List<Long> observe(JobID job, String name, BooleanSupplier isLoaded) throws Exception {
        awaitLoad(name, isLoaded);
        long loadedAt = System.currentTimeMillis();
        TimeUnit.MILLISECONDS.sleep(observed().toMillis());
        return cluster.completedCheckpoints(job).stream()
                .filter(checkpoint -> checkpoint.triggeredAtMillis() >= loadedAt)
                .map(CompletedCheckpoint::durationMillis)
                .toList();
    }

    private static void awaitLoad(String name, BooleanSupplier isLoaded) throws Exception {
        long end = System.nanoTime() + LOADED_WITHIN.toNanos();
        while (!isLoaded.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException(
                        "Cannot measure checkpoints: of %d in-flight places some were free after %d s; %d rows came."
                                .formatted(
                                        StalledJobs.CAPACITY,
                                        LOADED_WITHIN.toSeconds(),
                                        Arrivals.of(name)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private Measurement measurement(List<Long> durations) {
        if (durations.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot measure checkpoints: none was completed in %d ms."
                            .formatted(observed().toMillis()));
        }
        Samples samples = Samples.of(durations);
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("checkpoints", (double) samples.count());
        details.put("p50Millis", samples.median());
        details.put("p99Millis", samples.quantile(P99));
        details.put("maxMillis", samples.max());
        // Flink counts whole milliseconds: a duration of 0 is one below 1.
        return new Measurement(Math.max(1, samples.quantile(P99)), details);
    }

    private Duration observed() {
        return stall.multipliedBy(STALLS_OBSERVED);
    }
}
