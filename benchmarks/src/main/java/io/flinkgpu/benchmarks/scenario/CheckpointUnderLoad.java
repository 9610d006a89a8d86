package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.Arrivals;
import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.BenchCluster.CompletedCheckpoint;
import io.flinkgpu.benchmarks.flink.StalledAnswers;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Samples;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Checkpoints while the model stalls and every in-flight place is taken, against Flink's {@code
 * AsyncWaitOperator}.
 *
 * <p>Checkpoints that are triggered before all places are taken do not count, nor does the one that
 * is under way when the observation ends. Each operator is the head of its chain.
 */
@Internal
public final class CheckpointUnderLoad implements Scenario {

    private static final int CAPACITY = 16;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int STALLS_OBSERVED = 4;
    private static final Duration LOADED_WITHIN = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final double P99 = 0.99;

    private final Duration stall;
    private final ScenarioInfo info;
    private BenchCluster cluster;

    /**
     * @param stall how long the model takes for a batch, and a call of the peer for a row
     */
    public CheckpointUnderLoad(Duration stall, Plan plan) {
        this.stall = stall;
        this.info =
                ScenarioInfo.of(
                        "checkpoint-under-load",
                        "checkpoint duration while inference stalls, against Flink's AsyncWaitOperator",
                        "ms (p99)",
                        RatioRule.PEER_OVER_OURS,
                        plan);
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
        // Flink aligns barriers on pointwise edges, whatever the checkpoint settings say.
        DataStream<Long> rows = environment.fromSequence(0, Long.MAX_VALUE).rebalance();
        SingleOutputStreamOperator<Long> results =
                run.side() == Side.OURS ? ours(rows, name) : peer(rows, name);
        results.sinkTo(new DiscardingSink<>());
        JobID job = cluster.submit(environment);
        try {
            return measurement(observe(job, name));
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
        settings.put("capacity", CAPACITY);
        settings.put("batchSize", CAPACITY);
        settings.put("parallelism", 1);
        settings.put("outputMode", OutputMode.UNORDERED.name());
        settings.put(
                "checkpoints", "unaligned, every %d ms, rocksdb".formatted(INTERVAL.toMillis()));
        settings.put("observedMillis", observed().toMillis());
        settings.put("edge", "rebalance");
        settings.put("peer", "AsyncDataStream.unorderedWait of Flink 2.3");
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

    /** The model has a name of its own: a run that was left behind does not delay the next one. */
    private SingleOutputStreamOperator<Long> ours(DataStream<Long> rows, String name) {
        return Inference.on(rows)
                .model(SimulatedModel.named(name).taking(stall, Duration.ZERO).ref())
                .encode(
                        (row, writer) -> {
                            Arrivals.count(name);
                            writer.floats(row.floatValue());
                        })
                .decode((row, answer) -> row)
                .batch(Batching.ofSize(CAPACITY))
                .capacity(CAPACITY)
                .outputMode(OutputMode.UNORDERED)
                .apply("infer");
    }

    private SingleOutputStreamOperator<Long> peer(DataStream<Long> rows, String name) {
        return AsyncDataStream.unorderedWait(
                        rows,
                        new StalledAnswers(name, stall),
                        observed().multipliedBy(2).toMillis(),
                        TimeUnit.MILLISECONDS,
                        CAPACITY)
                .startNewChain();
    }

    /** Durations, in milliseconds, of the checkpoints that were triggered under load. */
    private List<Long> observe(JobID job, String name) throws Exception {
        awaitLoad(name);
        long loadedAt = System.currentTimeMillis();
        TimeUnit.MILLISECONDS.sleep(observed().toMillis());
        return cluster.completedCheckpoints(job).stream()
                .filter(checkpoint -> checkpoint.triggeredAtMillis() >= loadedAt)
                .map(CompletedCheckpoint::durationMillis)
                .toList();
    }

    private static void awaitLoad(String name) throws Exception {
        long end = System.nanoTime() + LOADED_WITHIN.toNanos();
        while (Arrivals.of(name) < CAPACITY) {
            if (System.nanoTime() > end) {
                throw new TimeoutException(
                        "Cannot measure checkpoints: %d of %d in-flight places were taken after %d s."
                                .formatted(Arrivals.of(name), CAPACITY, LOADED_WITHIN.toSeconds()));
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
