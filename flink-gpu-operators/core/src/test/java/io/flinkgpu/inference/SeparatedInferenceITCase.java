package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.operator.ErrorHandling;
import io.flinkgpu.inference.operator.InferenceSpec;
import io.flinkgpu.inference.operator.RowInference;
import io.flinkgpu.inference.operator.RowInferenceContext;
import io.flinkgpu.inference.operator.TestingPlace;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolRegistryClient;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines and pools as jobs of one cluster in this process, without a GPU. */
@Timeout(120)
class SeparatedInferenceITCase {

    private static final int ROWS = 2_000;
    private static final int DISTINCT = 400;
    private static final int MOVED_ROWS = 6_000;
    private static final Duration PACE = Duration.ofMillis(1);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(3)
                            .setConfiguration(
                                    new Configuration()
                                            .set(
                                                    JobManagerOptions.SCHEDULER,
                                                    JobManagerOptions.SchedulerType.Adaptive)
                                            .set(
                                                    JobManagerOptions
                                                            .SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT,
                                                    Duration.ofMillis(100)))
                            .build());

    @TempDir Path directory;
    private URI rest;
    private JobClient pool;

    @BeforeEach
    void reset(@InjectClusterRESTAddress URI address) {
        rest = address;
        SeenOnce.reset();
        FailsAgainAndAgain.reset();
    }

    @AfterEach
    void stopPool() throws Exception {
        if (pool != null) {
            pool.cancel().get();
        }
    }

    @Test
    void waitsForAPoolThatStartsLater() throws Exception {
        JobClient pipeline = startPipeline("late");
        Awaitility.await().until(() -> pipeline.getJobStatus().get() == JobStatus.RUNNING);

        startPool("late", Map.of("late", model("late").ref()), 1);
        pipeline.getJobExecutionResult().get();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(SeenOnce.restoredRows()).as("attempts").hasSize(1);
    }

    @Test
    void emitsEveryRowOnceThroughFailuresOfThePipeline() throws Exception {
        startPool(
                "failing",
                Map.of(
                        "failing",
                        model("failing").taking(Duration.ofMillis(10), Duration.ofMillis(2)).ref()),
                2);

        StreamExecutionEnvironment environment = environment();
        addPipeline(environment, "failing", 2);
        environment.execute();

        assertThat(FailsAgainAndAgain.failures()).isEqualTo(2);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
    }

    @Test
    void goesOnWhileThePoolsJobIsStoppedAndStartedAgain() throws Exception {
        Map<String, ModelRef> models =
                Map.of(
                        "restarted",
                        model("restarted").taking(Duration.ofMillis(20), Duration.ZERO).ref());
        startPool("restarted", models, 2);
        awaitReady("restarted", 2);
        JobClient pipeline = startPipeline("restarted");
        Awaitility.await().until(() -> SeenOnce.seen().cardinality() > 100);

        pool.cancel().get();
        startPool("restarted", models, 1);
        pipeline.getJobExecutionResult().get();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(SeenOnce.restoredRows()).as("attempts").hasSize(1);
    }

    /**
     * Two subtasks of the pipeline and two replicas: each row has one place where its answer is
     * kept.
     */
    @Test
    void asksThePoolOnceForRowsThatRepeat() throws Exception {
        startPool("reused", Map.of("reused", slowModel("reused")), 2);
        awaitReady("reused", 2);
        StreamExecutionEnvironment environment = environment(new Configuration(), 2);

        Inference.on(environment.fromSequence(0, ROWS - 1))
                .model(slowModel("reused"))
                .mode(InferenceMode.SEPARATED)
                .pools(address("reused"))
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row % DISTINCT))
                .decode((row, answer) -> row - row % DISTINCT + answer.longs()[0])
                .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                .outputMode(OutputMode.UNORDERED)
                .reuse(ResultReuse.on())
                .apply("infer")
                .map(new SeenOnce())
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(1);
        environment.execute();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(SeenOnce.restoredRows()).as("attempts").hasSize(1);
        Awaitility.await()
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(rowsServed("reused")).isEqualTo(DISTINCT));
    }

    /** As SQL functions do, whose job has no coordinator that tells them the members. */
    @Test
    void rowsOfAFunctionFollowAPoolThatStartsAgain() throws Exception {
        Map<String, ModelRef> models = Map.of("function", model("function").ref());
        try (RowInference<Long, Long> inference = rowInference("function")) {
            List<CompletableFuture<Long>> early = infer(inference, 0);
            startPool("function", models, 1);
            assertAnswered(early, 0);

            pool.cancel().get();
            startPool("function", models, 2);
            awaitReady("function", 2);

            assertAnswered(infer(inference, ROWS), ROWS);
        }
    }

    private RowInference<Long, Long> rowInference(String name) throws Exception {
        Configuration settings =
                new Configuration()
                        .set(InferenceOptions.MODE, InferenceMode.SEPARATED)
                        .set(PoolOptions.ADDRESSES, List.of(address(name)));
        InferenceSpec<Long, Long> spec =
                new InferenceSpec<>(
                        ModelClients.of(model(name).ref(), null, settings),
                        (row, writer) -> writer.longs("", Shape.scalar(), row),
                        (row, answer) -> answer.longs()[0],
                        InferenceConfig.from(settings),
                        0,
                        null,
                        settings.toMap(),
                        new ErrorHandling<>(ErrorPolicy.always(ErrorAction.FAIL), null, null));
        return RowInference.open(
                spec,
                new RowInferenceContext(new TestingPlace(), new UnregisteredMetricsGroup(), ROWS));
    }

    private static List<CompletableFuture<Long>> infer(
            RowInference<Long, Long> inference, long from) {
        return LongStream.range(from, from + ROWS).mapToObj(inference::infer).toList();
    }

    private static void assertAnswered(List<CompletableFuture<Long>> answers, long from) {
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .containsExactlyElementsOf(LongStream.range(from, from + ROWS).boxed().toList());
    }

    /** Rows in flight go from one mode to the other, to other subtasks and into other batches. */
    @Test
    void goesOnFromASavepointInTheOtherMode() throws Exception {
        startPool("moved", Map.of("moved", slowModel("moved")), 1);
        awaitReady("moved", 1);

        StreamExecutionEnvironment first = environment(new Configuration(), 1);
        addMoved(Inference.on(pacedRows(first, PACE)), 16, this::fused);
        String fused = stopped(first);
        int seenFused = SeenOnce.seen().cardinality();

        StreamExecutionEnvironment second = environment(Savepoints.restoring(fused), 4);
        addMoved(Inference.on(pacedRows(second, PACE)), 5, this::separated);
        String separated = stopped(second);
        int seenSeparated = SeenOnce.seen().cardinality();

        StreamExecutionEnvironment third = environment(Savepoints.restoring(separated), 2);
        addMoved(Inference.on(pacedRows(third, Duration.ZERO)), 32, this::fused);
        third.execute();

        assertThat(seenFused).isBetween(1, MOVED_ROWS - 1);
        assertThat(seenSeparated).isBetween(seenFused + 1, MOVED_ROWS - 1);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(MOVED_ROWS);
    }

    private static void addMoved(
            Inference<Long, ?> rows, int batchSize, UnaryOperator<Inference<Long, Long>> mode) {
        mode.apply(
                        rows.encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                                .decode((row, answer) -> answer.longs()[0]))
                .batch(Batching.ofSize(batchSize).maxDelay(Duration.ofMillis(5)))
                .outputMode(OutputMode.UNORDERED)
                .apply("infer")
                .uid("infer")
                .map(new SeenOnce())
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    /** The barrier of a savepoint waits behind all rows that the source has emitted. */
    private static DataStream<Long> pacedRows(
            StreamExecutionEnvironment environment, Duration pace) {
        return environment
                .fromSequence(0, MOVED_ROWS - 1)
                .uid("rows")
                .map(
                        row -> {
                            LockSupport.parkNanos(pace.toNanos());
                            return row;
                        })
                .uid("pace")
                .returns(Types.LONG);
    }

    private Inference<Long, Long> fused(Inference<Long, Long> stage) {
        return stage.mode(InferenceMode.FUSED)
                .model(model("moved").taking(Duration.ofMillis(20), Duration.ZERO).ref());
    }

    private Inference<Long, Long> separated(Inference<Long, Long> stage) {
        return stage.mode(InferenceMode.SEPARATED)
                .pools(address("moved"))
                .model(slowModel("moved"));
    }

    private String stopped(StreamExecutionEnvironment environment) throws Exception {
        JobClient job = Savepoints.startAndAwaitRows(environment);
        // It fails where a source subtask without rows ends at that moment.
        String savepoint =
                Awaitility.await()
                        .ignoreExceptionsInstanceOf(ExecutionException.class)
                        .until(
                                () -> Savepoints.stop(job, false, directory),
                                path -> !path.isEmpty());
        job.getJobExecutionResult().get();
        return savepoint;
    }

    private void startPool(String name, Map<String, ModelRef> models, int replicas)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(PoolOptions.REPORT_INTERVAL, Duration.ofMillis(50))
                                .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(5)));
        ReplicaRequest replica = new ReplicaRequest(name, models, 32, 1, null);
        PoolJob.define(environment, new PoolSpec(replica, replicas, 1, replicas));
        pool = environment.executeAsync();
    }

    private void awaitReady(String name, int replicas) {
        try (PoolRegistryClient registry = new PoolRegistryClient(rest, new Configuration())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> ready(registry.members(name)) == replicas);
        }
    }

    private long rowsServed(String name) throws Exception {
        try (PoolRegistryClient registry = new PoolRegistryClient(rest, new Configuration())) {
            return registry.members(name).replicas().stream()
                    .mapToLong(replica -> replica.load().rowsServed())
                    .sum();
        }
    }

    private static long ready(Membership members) {
        return members.replicas().stream()
                .map(Replica::state)
                .filter(ReplicaState.READY::equals)
                .count();
    }

    private JobClient startPipeline(String name) throws Exception {
        StreamExecutionEnvironment environment = environment();
        addPipeline(environment, name, 0);
        return environment.executeAsync();
    }

    private void addPipeline(StreamExecutionEnvironment environment, String name, int failures) {
        Inference.on(environment.fromSequence(0, ROWS - 1))
                .model(model(name).ref())
                .mode(InferenceMode.SEPARATED)
                .pools(address(name))
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                .decode((row, answer) -> answer.longs()[0])
                .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                .outputMode(OutputMode.UNORDERED)
                .apply("infer")
                .map(new FailsAgainAndAgain(failures, Duration.ofMillis(500)))
                .returns(Types.LONG)
                .setParallelism(1)
                .map(new SeenOnce())
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .setParallelism(1);
    }

    private String address(String pool) {
        return PoolAddress.parse("flink://" + rest.getAuthority() + "/" + pool).toString();
    }

    private StreamExecutionEnvironment environment() {
        return environment(new Configuration(), 1);
    }

    private StreamExecutionEnvironment environment(Configuration settings, int parallelism) {
        Configuration complete =
                settings.set(
                                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                                directory.resolve("checkpoints").toUri().toString())
                        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100))
                        .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10)
                        .set(
                                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                                Duration.ofMillis(50));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(complete));
        environment.setParallelism(parallelism);
        return environment;
    }

    /** Batches that merge take no less time. */
    private static ModelRef slowModel(String name) {
        return model(name).taking(Duration.ofMillis(5), Duration.ofMillis(1)).ref();
    }

    private static SimulatedModel model(String name) {
        return SimulatedModel.named(name).ofRows(DataType.INT64, Shape.scalar());
    }
}
