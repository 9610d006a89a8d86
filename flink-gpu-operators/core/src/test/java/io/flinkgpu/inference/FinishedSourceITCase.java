package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restores of jobs one of whose sources had finished, while rows of it were still in flight. */
@Timeout(120)
class FinishedSourceITCase {

    private static final int SHORT_ROWS = 60;
    private static final int ROWS = 2_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .setConfiguration(
                                    // The one that a test chooses stays.
                                    new Configuration()
                                            .set(
                                                    CheckpointingOptions.MAX_RETAINED_CHECKPOINTS,
                                                    1_000))
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
    }

    /**
     * The job.
     *
     * @param inference its parallelism
     * @param source parallelism of the source that finishes early: as a whole at 1, and at 2 the
     *     subtask that gets its first half
     */
    private record Stages(int inference, int source) {}

    /**
     * How long things take.
     *
     * @param ofModel a batch
     * @param ofLongSource a row
     * @param ofSecondHalf a row of the short source that has a subtask for each half
     */
    private record Pace(Duration ofModel, Duration ofLongSource, Duration ofSecondHalf) {

        /** Rows come faster than they are inferred, and wait. */
        private static final Pace SLOW =
                new Pace(Duration.ofMillis(100), Duration.ofMillis(4), Duration.ofMillis(300));

        private static final Pace FAST = new Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 2", "3, 1", "2, 2"})
    void losesNoRowOfAnUnalignedCheckpoint(int before, int after) throws Exception {
        Path checkpoint = cancelledAt(new Stages(before, 1));

        assertThat(RetainedCheckpoints.contents(checkpoint).hasFinished("short")).isTrue();
        assertThat(resumed(new Stages(after, 1), checkpoint)).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "3, 1"})
    void losesNoRowOfASavepoint(int before, int after) throws Exception {
        Path savepoint = stoppedWithSavepoint(new Stages(before, 1));

        assertThat(RetainedCheckpoints.contents(savepoint).hasFinished("short")).isTrue();
        assertThat(resumed(new Stages(after, 1), savepoint)).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 1", "2, 1, 3"})
    void losesNoRowWhereOneSubtaskOfASourceHasFinished(int before, int after, int sourceAfter)
            throws Exception {
        Path checkpoint = cancelledAt(new Stages(before, 2));

        assertThat(RetainedCheckpoints.contents(checkpoint).hasPartlyFinished("short")).isTrue();
        assertThat(resumed(new Stages(after, sourceAfter), checkpoint)).isEqualTo(ROWS);
    }

    /** Runs until the source has finished and rows wait in front of inference, and ends there. */
    private Path cancelledAt(Stages stages) throws Exception {
        JobClient job = start(stages, Pace.SLOW, new Configuration());
        Path checkpoint = awaitFinishedSource(job);
        job.cancel().get();
        await().atMost(LONG).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
        assertThat(SeenOnce.seen().cardinality()).as("rows before the restore").isLessThan(ROWS);
        return checkpoint;
    }

    private Path stoppedWithSavepoint(Stages stages) throws Exception {
        JobClient job = start(stages, Pace.SLOW, new Configuration());
        Path unused = awaitFinishedSource(job);
        String savepoint =
                job.stopWithSavepoint(
                                false,
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        job.getJobExecutionResult().get();
        assertThat(SeenOnce.seen().cardinality()).as("rows before the restore").isLessThan(ROWS);
        return Path.of(URI.create(savepoint));
    }

    private Path awaitFinishedSource(JobClient job) {
        return checkpoints()
                .await(
                        job,
                        held ->
                                (held.hasFinished("short") || held.hasPartlyFinished("short"))
                                        && held.hasRowsInFrontOf("infer"));
    }

    /** Runs to the end; how many rows came out in both runs. */
    private int resumed(Stages stages, Path checkpoint) throws Exception {
        start(stages, Pace.FAST, Savepoints.restoring(checkpoint.toUri().toString()))
                .getJobExecutionResult()
                .get();
        return SeenOnce.seen().cardinality();
    }

    private JobClient start(Stages stages, Pace pace, Configuration settings) throws Exception {
        checkpoints()
                .addTo(settings, Duration.ofMillis(100))
                .set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        define(environment, stages, pace);
        return environment.executeAsync();
    }

    private static void define(StreamExecutionEnvironment environment, Stages stages, Pace pace) {
        DataStream<Long> shortRows =
                paced(
                        environment.fromSequence(0, SHORT_ROWS - 1).uid("short"),
                        stages.source(),
                        stages.source() > 1 ? pace.ofSecondHalf() : Duration.ZERO);
        DataStream<Long> longRows =
                paced(
                        environment.fromSequence(SHORT_ROWS, ROWS - 1).uid("long"),
                        1,
                        pace.ofLongSource());
        Inference.on(shortRows.union(longRows))
                .model(
                        SimulatedModel.named("slow")
                                .ofRows(DataType.INT64, Shape.scalar())
                                .taking(pace.ofModel(), Duration.ZERO)
                                .ref())
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                .decode((row, answer) -> answer.longs()[0])
                .batch(Batching.ofSize(8).maxDelay(Duration.ofMillis(5)))
                .capacity(16)
                .outputMode(OutputMode.UNORDERED)
                .apply("infer")
                .setParallelism(stages.inference())
                .map(new SeenOnce())
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    /** Rows behind the first half of the short source take their time. */
    private static SingleOutputStreamOperator<Long> paced(
            SingleOutputStreamOperator<Long> source, int parallelism, Duration pause) {
        return source.setParallelism(parallelism)
                .map(
                        row -> {
                            if (row >= SHORT_ROWS / 2) {
                                LockSupport.parkNanos(pause.toNanos());
                            }
                            return row;
                        })
                .uid("pace-" + source.getTransformation().getUid())
                .returns(Types.LONG)
                .setParallelism(parallelism);
    }

    private RetainedCheckpoints checkpoints() {
        return new RetainedCheckpoints(directory.resolve("checkpoints"));
    }
}
