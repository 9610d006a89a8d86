package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.AnswerCount;
import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.StockInference;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.TextModel;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.async.AsyncRetryStrategy;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.util.retryable.AsyncRetryStrategies;
import org.apache.flink.util.IOUtils;

/**
 * Which share of the good rows is answered while faults go on, against Flink's own asynchronous I/O
 * with retries over the same servers.
 *
 * <p>Of four replicas one fails every second run, and one is twenty times as slow; one row in a
 * hundred fails every run that it is in. The peer sends one row a call, which loses least, or as
 * many as ours, as batch engines do, whose calls fail as a whole for one row.
 */
@Internal
public final class SuccessRate implements Scenario {

    private static final double FAILING = 0.5;
    private static final double SLOW = 20;
    private static final int CAPACITY = 128;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int TRIES = 4;

    private final long rows;
    private final int peerRowsPerCall;
    private final ScenarioInfo info;
    private DisturbedReplicas replicas;
    private BenchCluster cluster;

    /**
     * A scenario with a peer that sends one row a call.
     *
     * @param rows of a run
     */
    public static SuccessRate againstSingleRows(long rows, Plan plan) {
        return new SuccessRate(rows, 1, "one row a call", plan);
    }

    /**
     * A scenario with a peer that sends whole batches.
     *
     * @param rows of a run, whole batches
     */
    public static SuccessRate againstBatches(long rows, Plan plan) {
        return new SuccessRate(
                rows,
                DisturbedReplicas.BATCH_SIZE,
                DisturbedReplicas.BATCH_SIZE + " rows a call",
                plan);
    }

    private SuccessRate(long rows, int peerRowsPerCall, String variant, Plan plan) {
        this.rows = rows;
        this.peerRowsPerCall = peerRowsPerCall;
        this.info =
                ScenarioInfo.of(
                                "success-rate",
                                "percent of the good rows that are answered while replicas fail, are slow, and rows are poison, against AsyncDataStream.unorderedWaitWithRetry",
                                "%",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant("peer with " + variant);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        replicas = DisturbedReplicas.start(scratch);
        cluster = BenchCluster.start(1, scratch);
        replicas.disturb(0, DeviceFaults.failing(FAILING, "the device has a bad day"));
        replicas.disturb(1, DeviceFaults.slow(SLOW));
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        StreamExecutionEnvironment environment = cluster.environment(new Configuration(), 1);
        SingleOutputStreamOperator<Boolean> answers =
                run.side() == Side.OURS
                        ? ours(environment.fromSequence(0, rows - 1))
                        : stock(environment.fromSequence(0, rows / peerRowsPerCall - 1));
        answers.map(new AnswerCount()).returns(Types.BOOLEAN).sinkTo(new DiscardingSink<>());
        long start = System.nanoTime();
        long answered = (Long) cluster.execute(environment).get(AnswerCount.ANSWERED);
        double seconds = (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
        return new Measurement(
                100.0 * answered / goodRows(), Map.of("rowsPerSecond", answered / seconds));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("rows", rows);
        settings.put("model", "hash embedding of 16 words, 256 wide, on 4 server processes");
        settings.put("failingRunsOfReplica1", FAILING);
        settings.put("slowFactorOfReplica2", SLOW);
        settings.put("poisonRows", rows - goodRows());
        settings.put("capacity", CAPACITY);
        settings.put("peerTimeoutSeconds", TIMEOUT.toSeconds());
        settings.put("peerTries", TRIES);
        settings.put("peerRowsPerCall", peerRowsPerCall);
        settings.put("peer", "unorderedWaitWithRetry, servers in turn");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster, replicas);
    }

    private SingleOutputStreamOperator<Boolean> ours(DataStream<Long> numbers) {
        return Inference.on(numbers)
                .model(replicas.model())
                .encode(
                        (number, row) ->
                                row.strings(
                                        TextModel.INPUT,
                                        Shape.of(TextModel.WORDS),
                                        Sentences.words(number)))
                .decode((number, answer) -> true)
                .mode(InferenceMode.SEPARATED)
                .pools(replicas.pool().toString())
                .batch(
                        Batching.ofSize(DisturbedReplicas.BATCH_SIZE)
                                .maxDelay(Duration.ofMillis(10)))
                .capacity(CAPACITY)
                .outputMode(OutputMode.UNORDERED)
                .deadLetters(DeadLetter.tag("poison", Types.LONG))
                .apply("embed")
                .returns(Types.BOOLEAN);
    }

    private SingleOutputStreamOperator<Boolean> stock(DataStream<Long> calls) {
        Predicate<Collection<Boolean>> unanswered =
                (Predicate<Collection<Boolean>> & Serializable) answers -> answers.contains(false);
        AsyncRetryStrategy<Boolean> retries =
                new AsyncRetryStrategies.ExponentialBackoffDelayRetryStrategyBuilder<Boolean>(
                                TRIES, 100, 1_000, 2)
                        .ifResult(unanswered)
                        .build();
        return AsyncDataStream.unorderedWaitWithRetry(
                        calls,
                        new StockInference(
                                replicas.addresses(),
                                new ServedModel(replicas.model().servedName(), ""),
                                SuccessRate::encode,
                                peerRowsPerCall),
                        TIMEOUT.toMillis(),
                        TimeUnit.MILLISECONDS,
                        Math.max(1, CAPACITY / peerRowsPerCall),
                        retries)
                .returns(Types.BOOLEAN);
    }

    private static TensorBatch encode(long first, int count) {
        String[] words =
                LongStream.range(first, first + count)
                        .mapToObj(Sentences::words)
                        .flatMap(Arrays::stream)
                        .toArray(String[]::new);
        return TensorBatch.of(
                TextModel.INPUT, Tensor.ofStrings(Shape.of(count, TextModel.WORDS), words));
    }

    private long goodRows() {
        return LongStream.range(0, rows).filter(number -> !Sentences.isPoison(number)).count();
    }
}
