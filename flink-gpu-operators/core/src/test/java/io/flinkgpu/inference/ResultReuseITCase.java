package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.operator.FusedModelClientProvider;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that repeat, in running jobs with RocksDB and unaligned checkpoints. */
@Timeout(120)
class ResultReuseITCase {

    private static final int ROWS = 12_000;
    private static final int DISTINCT = 4_000;
    private static final int BATCH_SIZE = 32;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(3)
                            // Buffers that hold all rows would let the source end at once.
                            .setConfiguration(
                                    new Configuration()
                                            .set(
                                                    TaskManagerOptions.MEMORY_SEGMENT_SIZE,
                                                    MemorySize.parse("4 kb")))
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
        FailsAgainAndAgain.reset();
        CountingModels.count(DISTINCT);
    }

    @Test
    void runsADistinctRowOnceInEachAttemptAtMost() throws Exception {
        int failures = 2;
        StreamExecutionEnvironment environment = environment(new Configuration(), 2);
        addPipeline(environment, failures, Duration.ofMillis(20));

        environment.execute();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(FailsAgainAndAgain.failures()).isEqualTo(failures);
        assertThat(IntStream.range(0, DISTINCT).map(CountingModels::runs))
                .allMatch(runs -> runs >= 1 && runs <= 1 + failures);
        assertThat(IntStream.range(0, DISTINCT).map(CountingModels::runs).sum())
                .as("runs, of which a failure repeats those since the last checkpoint alone")
                .isLessThan(DISTINCT * (1 + failures));
    }

    @Test
    void goesOnFromSavepointWithOtherParallelism() throws Exception {
        StreamExecutionEnvironment first = environment(new Configuration(), 2);
        addPipeline(first, 0, Duration.ofMillis(200));
        JobClient job = Savepoints.startAndAwaitRows(first);
        String savepoint = Savepoints.stop(job, false, directory);
        job.getJobExecutionResult().get();
        BitSet answered = (BitSet) SeenOnce.seen().clone();
        int[] runsOfFirst = IntStream.range(0, DISTINCT).map(CountingModels::runs).toArray();

        StreamExecutionEnvironment second = environment(Savepoints.restoring(savepoint), 3);
        addPipeline(second, 0, Duration.ZERO);
        second.execute();

        assertThat(answered.cardinality()).isBetween(1, DISTINCT);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(IntStream.range(0, DISTINCT).map(CountingModels::runs))
                .allMatch(runs -> runs >= 1 && runs <= 1 + 3);
        assertThat(
                        answered.stream()
                                .filter(row -> CountingModels.runs(row) > runsOfFirst[row])
                                .count())
                .as("rows that the first job had answered, which all come again, run by the second")
                .isLessThan(answered.cardinality() / 2);
    }

    private StreamExecutionEnvironment environment(Configuration settings, int parallelism) {
        settings.set(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                        directory.resolve("checkpoints").toUri().toString())
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100))
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10)
                .set(
                        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                        Duration.ofMillis(100));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(parallelism);
        return environment;
    }

    private static void addPipeline(
            StreamExecutionEnvironment environment, int failures, Duration run) {
        SimulatedModel model =
                SimulatedModel.named("echo")
                        .ofRows(DataType.INT64, Shape.scalar())
                        .taking(run, Duration.ZERO);
        ModelUse use =
                new ModelUse(
                        BATCH_SIZE,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60));
        Inference.on(environment.fromSequence(0, ROWS - 1).uid("rows").setParallelism(1))
                .clients(new CountingModels(new FusedModelClientProvider(model.ref(), use, null)))
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row % DISTINCT))
                .decode((row, answer) -> checked(row, answer.longs()[0]))
                .batch(Batching.ofSize(BATCH_SIZE).maxDelay(Duration.ofMillis(5)))
                .outputMode(OutputMode.UNORDERED)
                .reuse(ResultReuse.on().ttl(Duration.ofHours(1)))
                .apply("infer")
                .map(new FailsAgainAndAgain(failures, Duration.ofMillis(700)))
                .uid("fails")
                .returns(Types.LONG)
                .setParallelism(1)
                .map(new SeenOnce())
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    /** The row itself, which has the answer of its content. */
    private static Long checked(Long row, long answer) {
        if (answer != row % DISTINCT) {
            throw new IllegalStateException("Row " + row + " got the answer of " + answer + ".");
        }
        return row;
    }
}
