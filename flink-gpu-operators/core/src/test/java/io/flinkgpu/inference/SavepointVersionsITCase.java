package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.operator.FusedModelClientProvider;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that go on from savepoints of earlier versions, committed under {@code src/test/resources}.
 * Later versions must read them: the files and the jobs stay as they are.
 */
@Timeout(120)
class SavepointVersionsITCase {

    /** Names the directory that a next version's savepoints are written to. */
    private static final String TARGET = "flinkgpu.savepoint.write";

    private static final int ROWS = 2_000;
    private static final int DISTINCT = 100;
    private static final Duration FOR_EVER = Duration.ofDays(365_000);
    private static final Duration PACE = Duration.ofMillis(2);
    private static final Duration SLOW = Duration.ofMillis(50);

    private static final String UNORDERED = "savepoint-v1-metadata";
    private static final String ORDERED = "savepoint-v1-ordered-metadata";
    private static final String REUSE = "savepoint-v1-reuse-metadata";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
        CountingModels.count(ROWS);
    }

    @Test
    void goesOnUnordered() throws Exception {
        StreamExecutionEnvironment environment = restoring(UNORDERED);
        addUnordered(environment, Duration.ZERO);

        environment.execute();

        assertThat(SeenOnce.restoredRows().get(0)).isBetween(1, ROWS - 1);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
    }

    @Test
    void goesOnInOrderWithTheWatermarksInFlight() throws Exception {
        StreamExecutionEnvironment environment = restoring(ORDERED);
        addOrdered(environment, Duration.ZERO, Duration.ZERO);

        environment.execute();

        assertThat(SeenOnce.restoredRows().get(0)).isBetween(1, ROWS - 1);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
    }

    @Test
    void goesOnWithTheAnswersThatWereKept() throws Exception {
        StreamExecutionEnvironment environment = restoring(REUSE);
        addReuse(environment, Duration.ZERO);

        environment.execute();

        assertThat(SeenOnce.restoredRows().get(0)).isBetween(DISTINCT, ROWS - 1);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(IntStream.range(0, DISTINCT).map(CountingModels::runs).sum())
                .as("rows that were run again, of which all answers had been kept")
                .isZero();
    }

    @Test
    @EnabledIfSystemProperty(named = TARGET, matches = ".+")
    void writesUnordered() throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration());
        addUnordered(environment, SLOW);

        write(Savepoints.startAndAwaitRows(environment), UNORDERED);
    }

    @Test
    @EnabledIfSystemProperty(named = TARGET, matches = ".+")
    void writesOrdered() throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration());
        addOrdered(environment, PACE, SLOW);

        write(Savepoints.startAndAwaitRows(environment), ORDERED);
    }

    @Test
    @EnabledIfSystemProperty(named = TARGET, matches = ".+")
    void writesReuse() throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration());
        addReuse(environment, PACE);

        JobClient job = environment.executeAsync();
        await().until(() -> SeenOnce.seen().get(0, DISTINCT).cardinality() == DISTINCT);
        write(job, REUSE);
    }

    private StreamExecutionEnvironment restoring(String name) throws Exception {
        Path savepoint = Files.createDirectory(directory.resolve("savepoint"));
        try (InputStream committed = getClass().getResourceAsStream("/" + name)) {
            Files.copy(committed, savepoint.resolve("_metadata"));
        }
        return environment(Savepoints.restoring(savepoint.toString()));
    }

    private void write(JobClient job, String name) throws Exception {
        String savepoint = Savepoints.stop(job, false, directory);
        job.getJobExecutionResult().get();
        Path metadata = Path.of(URI.create(savepoint)).resolve("_metadata");
        Files.copy(metadata, Path.of(System.getProperty(TARGET), name));
    }

    private StreamExecutionEnvironment environment(Configuration settings) {
        settings.set(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                        directory.resolve("checkpoints").toUri().toString())
                // all state in the one file
                .set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(2);
        return environment;
    }

    private static void addUnordered(StreamExecutionEnvironment environment, Duration run) {
        addSink(
                Inference.on(environment.fromSequence(0, ROWS - 1).uid("rows"))
                        .model(model("fixture", run).ref())
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                        .decode((row, answer) -> answer.longs()[0])
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                        .outputMode(OutputMode.UNORDERED)
                        .apply("infer")
                        .uid("infer"));
    }

    /** At parallelism 1 all rows have an order, and each is followed by its watermark. */
    private static void addOrdered(
            StreamExecutionEnvironment environment, Duration pace, Duration run) {
        DataStream<Long> rows =
                paced(environment, pace)
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Long>forGenerator(context -> new EachRow())
                                        .withTimestampAssigner((row, before) -> row))
                        .uid("times")
                        .setParallelism(1);
        addSink(
                Inference.on(rows)
                        .model(model("fixture", run).ref())
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                        .decode((row, answer) -> answer.longs()[0])
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                        .outputMode(OutputMode.ORDERED)
                        .apply("infer")
                        .uid("infer")
                        .setParallelism(1)
                        .process(new InOrder())
                        .uid("in-order")
                        .setParallelism(1));
    }

    /** Each of the first hundred rows comes twenty times. */
    private static void addReuse(StreamExecutionEnvironment environment, Duration pace) {
        ModelRef model = model("fixture", Duration.ZERO).ref();
        ModelUse use =
                new ModelUse(
                        16,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60));
        addSink(
                Inference.on(paced(environment, pace))
                        .clients(new CountingModels(new FusedModelClientProvider(model, use, null)))
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row % DISTINCT))
                        .decode((row, answer) -> row)
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                        .outputMode(OutputMode.UNORDERED)
                        .reuse(ResultReuse.on().ttl(FOR_EVER))
                        .apply("infer")
                        .uid("infer"));
    }

    /** The barrier of a savepoint waits behind all rows that the source has emitted. */
    private static SingleOutputStreamOperator<Long> paced(
            StreamExecutionEnvironment environment, Duration pace) {
        return environment
                .fromSequence(0, ROWS - 1)
                .uid("rows")
                .setParallelism(1)
                .map(
                        row -> {
                            LockSupport.parkNanos(pace.toNanos());
                            return row;
                        })
                .uid("pace")
                .returns(Types.LONG)
                .setParallelism(1);
    }

    private static void addSink(DataStream<Long> rows) {
        rows.map(new SeenOnce())
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    private static SimulatedModel model(String name, Duration run) {
        return SimulatedModel.named(name)
                .ofRows(DataType.INT64, Shape.scalar())
                .taking(run, Duration.ZERO);
    }

    private static final class EachRow implements WatermarkGenerator<Long> {

        @Override
        public void onEvent(Long row, long timestamp, WatermarkOutput output) {
            output.emitWatermark(new Watermark(timestamp));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }

    /** Fails unless each row comes behind the watermark of the one before, and in its place. */
    private static final class InOrder extends ProcessFunction<Long, Long> {

        private transient Long last;

        @Override
        public void processElement(Long row, Context context, Collector<Long> out) {
            long watermark = context.timerService().currentWatermark();
            boolean isNext = last == null || (last == row - 1 && watermark == last);
            if (!context.timestamp().equals(row) || !isNext) {
                throw new IllegalStateException(
                        "Row %d of time %d came behind row %d and watermark %d."
                                .formatted(row, context.timestamp(), last, watermark));
            }
            last = row;
            out.collect(row);
        }
    }
}
