package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An unaligned checkpoint holds rows between operators, which a restore must find a place for. */
@Timeout(120)
class RestoredElsewhereITCase {

    private static final int ROWS = 1_500;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** A row: all wait between tasks long before the last one has been seen. */
    private static final Duration SLOW = Duration.ofMillis(10);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .setConfiguration(
                                    new Configuration()
                                            // The one that a test chooses stays: Flink takes this
                                            // from the cluster's configuration alone.
                                            .set(
                                                    CheckpointingOptions.MAX_RETAINED_CHECKPOINTS,
                                                    100))
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
    }

    /** How the successor of inference is connected. */
    enum Edge {
        UNSPECIFIED,
        FORWARD,
        REBALANCE;

        private <T> DataStream<T> of(SingleOutputStreamOperator<T> stream) {
            return switch (this) {
                case UNSPECIFIED -> stream;
                case FORWARD -> stream.forward();
                case REBALANCE -> stream.rebalance();
            };
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 3", "2, 1", "2, 3", "3, 1", "3, 2", "3, 3"})
    void losesNoRowWhereTheSuccessorStaysAtOne(int before, int after) throws Exception {
        Path checkpoint = run(new Stages(before, 1, false, Edge.UNSPECIFIED, true));

        assertThat(resume(new Stages(after, 1, false, Edge.UNSPECIFIED, true), checkpoint))
                .isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "3, 1", "2, 3"})
    void losesNoRowWhereTheSuccessorIsRescaledAsWell(int before, int after) throws Exception {
        Path checkpoint = run(new Stages(before, before, true, Edge.UNSPECIFIED, true));

        assertThat(resume(new Stages(after, after, true, Edge.UNSPECIFIED, true), checkpoint))
                .isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "3, 1"})
    void losesNoRowWithoutChains(int before, int after) throws Exception {
        Path checkpoint = run(new Stages(before, before, true, Edge.UNSPECIFIED, false));

        assertThat(resume(new Stages(after, after, true, Edge.UNSPECIFIED, false), checkpoint))
                .isEqualTo(ROWS);
    }

    @ParameterizedTest
    @CsvSource({"3, 1, REBALANCE", "1, 3, REBALANCE", "3, 1, FORWARD", "1, 3, FORWARD"})
    void losesNoRowOnAnEdgeThatTheUserChose(int before, int after, Edge edge) throws Exception {
        Path checkpoint = run(new Stages(before, before, true, edge, true));

        assertThat(resume(new Stages(after, after, true, edge, true), checkpoint)).isEqualTo(ROWS);
    }

    @Test
    void refusesToLoseTheRowsBehindOrderedInference() throws Exception {
        Path checkpoint = run(Stages.ordered(3));

        assertThatThrownBy(() -> resume(Stages.ordered(1), checkpoint))
                .hasStackTraceContaining("it holds rows in flight between tasks, at ")
                .hasStackTraceContaining("'seen', where the job has one task now");
        assertThat(resume(Stages.ordered(2), checkpoint)).isEqualTo(ROWS);
    }

    @Test
    void refusesToLoseTheRowsOfAnEdgeThatIsChainedNow() throws Exception {
        Path checkpoint = run(new Stages(3, 1, false, Edge.REBALANCE, true));

        assertThatThrownBy(() -> resume(new Stages(1, 1, false, Edge.FORWARD, true), checkpoint))
                .hasStackTraceContaining("it holds rows in flight between tasks, at ")
                .hasStackTraceContaining("'seen', where the job has one task now")
                .hasStackTraceContaining("or put rebalance() on that edge.");
    }

    /**
     * The job.
     *
     * @param inference its parallelism
     * @param successor parallelism of what follows
     * @param hasMiddle whether that is another operator than the one that counts rows, at 1
     * @param chain whether Flink may chain operators
     */
    private record Stages(
            int inference,
            int successor,
            boolean hasMiddle,
            Edge edge,
            boolean chain,
            OutputMode mode) {

        private Stages(int inference, int successor, boolean hasMiddle, Edge edge, boolean chain) {
            this(inference, successor, hasMiddle, edge, chain, OutputMode.UNORDERED);
        }

        /** The operator at the end of the edge that rows wait on. */
        private String receiver() {
            return hasMiddle && edge != Edge.FORWARD ? "middle" : "seen";
        }

        private static Stages ordered(int inference) {
            return new Stages(inference, 1, false, Edge.UNSPECIFIED, true, OutputMode.ORDERED);
        }
    }

    /** Runs until rows are in flight between tasks, and ends with a checkpoint of them. */
    private Path run(Stages stages) throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration(), stages.chain());
        define(environment, stages, SLOW);
        JobClient job = environment.executeAsync();
        Path checkpoint =
                checkpoints().await(job, held -> held.hasRowsInFrontOf(stages.receiver()));
        job.cancel().get();
        await().atMost(LONG).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
        assertThat(SeenOnce.seen().cardinality()).as("rows before the restore").isLessThan(ROWS);
        return checkpoint;
    }

    /** Runs to the end; how many rows came out in both runs. */
    private int resume(Stages stages, Path checkpoint) throws Exception {
        StreamExecutionEnvironment environment =
                environment(
                        new Configuration()
                                .set(
                                        StateRecoveryOptions.SAVEPOINT_PATH,
                                        checkpoint.toUri().toString()),
                        stages.chain());
        define(environment, stages, Duration.ZERO);
        environment.execute();
        return SeenOnce.seen().cardinality();
    }

    private StreamExecutionEnvironment environment(Configuration settings, boolean chain) {
        checkpoints()
                .addTo(settings, Duration.ofMillis(200))
                .set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        if (!chain) {
            environment.disableOperatorChaining();
        }
        return environment;
    }

    private RetainedCheckpoints checkpoints() {
        return new RetainedCheckpoints(directory.resolve("checkpoints"));
    }

    private static void define(
            StreamExecutionEnvironment environment, Stages stages, Duration pauseForEachRow) {
        SimulatedModel model = SimulatedModel.named("echo").ofRows(DataType.INT64, Shape.scalar());
        SingleOutputStreamOperator<Long> results =
                Inference.on(environment.fromSequence(0, ROWS - 1).uid("rows").setParallelism(1))
                        .model(model.ref())
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                        .decode((row, answer) -> answer.longs()[0])
                        .batch(Batching.ofSize(8).maxDelay(Duration.ofMillis(5)))
                        .capacity(ROWS)
                        .outputMode(stages.mode())
                        .apply("infer")
                        .setParallelism(stages.inference());
        DataStream<Long> toBeSeen = stages.edge().of(results);
        if (stages.hasMiddle()) {
            toBeSeen =
                    toBeSeen.map(row -> afterPause(row, pauseForEachRow.dividedBy(2)))
                            .returns(Types.LONG)
                            .uid("middle")
                            .setParallelism(stages.successor())
                            .rebalance();
        }
        toBeSeen.map(new SeenOnce(pauseForEachRow))
                .name("seen")
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    private static Long afterPause(Long row, Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
        return row;
    }
}
