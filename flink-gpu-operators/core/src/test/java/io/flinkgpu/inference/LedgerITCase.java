package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger knows of running jobs. */
class LedgerITCase {

    private static final int ROWS = 1_500;
    private static final int BAD_ROWS = ROWS / 100;
    private static final Duration MOST = Duration.ofSeconds(60);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
        FailsAgainAndAgain.reset();
    }

    @Test
    void recordsWhatWasDoneAndCatchesUpAfterAnOutage(@InjectMiniCluster MiniCluster cluster)
            throws Exception {
        Configuration settings = settings("digits");
        settings.set(LedgerOptions.RUN_ARGUMENTS, List.of("--input", "/data", "--token=abc"));
        JobClient job = start(settings, 2, 1);
        await().atMost(MOST).until(() -> !checkpointsOf("digits").isEmpty());

        long completedBefore = completedCheckpoints(cluster, job);
        try (Connection other = DriverManager.getConnection(url());
                Statement statement = other.createStatement()) {
            statement.execute("begin immediate");
            // The job goes on meanwhile, and fails once, and starts again.
            await().atMost(MOST)
                    .until(() -> completedCheckpoints(cluster, job) >= completedBefore + 5);
            statement.execute("commit");
        }
        job.getJobExecutionResult().get();

        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url()))) {
            await().atMost(MOST).until(() -> ledger.run("digits").orElseThrow().ended() != null);
            await().atMost(MOST).until(() -> rowsOut(ledger) == ROWS - BAD_ROWS);
            Run run = ledger.run("digits").orElseThrow();
            RunHistory history = ledger.history(run.id());
            assertThat(run.id()).isEqualTo(job.getJobID().toHexString());
            assertThat(run.begun().job().name()).isEqualTo("Job of digits");
            assertThat(run.begun().arguments())
                    .containsExactly("--input", "/data", "--token=******");
            assertThat(run.begun().origin()).isNull();
            assertThat(run.ended().outcome()).isEqualTo(RunOutcome.FINISHED);
            assertThat(run.stages())
                    .singleElement()
                    .satisfies(
                            stage -> {
                                assertThat(stage.name()).isEqualTo("infer");
                                assertThat(stage.parallelism()).isEqualTo(2);
                                assertThat(stage.mode()).isEqualTo("fused");
                                assertThat(stage.model().name()).startsWith("simulated:");
                            });
            assertThat(history.checkpoints())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(
                            checkpoint -> {
                                assertThat(checkpoint.path())
                                        .startsWith("file:")
                                        .endsWith("chk-" + checkpoint.id());
                                assertThat(checkpoint.sizeBytes()).isPositive();
                                assertThat(checkpoint.savepoint()).isFalse();
                            });
            assertThat(history.progress())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(
                            done ->
                                    assertThat(done.rowsIn())
                                            .isEqualTo(
                                                    done.rowsOut()
                                                            + done.deadLetters()
                                                            + done.inFlight()));
            assertThat(history.progress())
                    .extracting(LedgerEntry.OperatorProgress::rowsIn)
                    .isSorted();
            assertThat(run.progress())
                    .singleElement()
                    .satisfies(
                            done -> {
                                assertThat(done.rowsIn()).isEqualTo(ROWS);
                                assertThat(done.deadLetters()).isEqualTo(BAD_ROWS);
                                assertThat(done.deviceSeconds()).isPositive();
                            });
            assertThat(history.events())
                    .filteredOn(event -> event.kind().equals("JobRestarting"))
                    .singleElement()
                    .satisfies(
                            restart ->
                                    assertThat(restart.detail())
                                            .isEqualTo(
                                                    "java.lang.IllegalStateException: Failure on purpose."));
        }
    }

    @Test
    void linksARunToTheSavepointThatItGoesOnFrom() throws Exception {
        JobClient first = start(settings("first"), 2, 0);
        await().atMost(MOST).until(() -> SeenOnce.seen().cardinality() > 50);
        String savepoint =
                first.stopWithSavepoint(
                                false,
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        first.getJobExecutionResult().get();

        Configuration resuming = settings("second");
        resuming.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        resuming.set(LedgerOptions.RUN_ID, "second-run");
        resuming.set(LedgerOptions.RESUMED_RUN, first.getJobID().toHexString());
        start(resuming, 1, 0).getJobExecutionResult().get();

        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url()))) {
            await().atMost(MOST).until(() -> ledger.run("second").orElseThrow().ended() != null);
            await().atMost(MOST).until(() -> rowsOut(ledger) == ROWS - BAD_ROWS);
            Run second = ledger.run("second").orElseThrow();
            assertThat(second.id()).isEqualTo("second-run");
            assertThat(second.begun().origin())
                    .isEqualTo(new LedgerEntry.Origin(first.getJobID().toHexString(), savepoint));
            Run former = ledger.run("first").orElseThrow();
            assertThat(ledger.history(former.id()).checkpoints())
                    .filteredOn(LedgerEntry.CheckpointCompleted::savepoint)
                    .extracting(LedgerEntry.CheckpointCompleted::path)
                    .containsExactly(savepoint);
            assertThat(former.progress())
                    .singleElement()
                    .satisfies(
                            done -> {
                                assertThat(done.checkpoint()).isEqualTo(former.checkpoint().id());
                                assertThat(done.rowsOut()).isBetween(50L, ROWS - BAD_ROWS - 1L);
                            });
        }
    }

    private Configuration settings(String name) {
        return new Configuration()
                .set(LedgerOptions.URL, url())
                .set(LedgerOptions.RUN_NAME, name)
                .set(LedgerOptions.CONNECT_TIMEOUT, Duration.ofMillis(200))
                .set(LedgerOptions.MAX_RETRY_PAUSE, Duration.ofMillis(200))
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100))
                .set(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                        directory.resolve("checkpoints").toUri().toString())
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 9)
                .set(
                        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                        Duration.ofMillis(50));
    }

    private static JobClient start(Configuration settings, int parallelism, int failures)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(parallelism);
        OutputTag<DeadLetter<Long>> bad = DeadLetter.tag("bad", Types.LONG);
        SingleOutputStreamOperator<Long> inferred =
                Inference.on(
                                environment
                                        .fromSequence(0, ROWS - 1)
                                        .uid("rows")
                                        .map(LedgerITCase::paced)
                                        .uid("pace")
                                        .returns(Types.LONG))
                        .model(
                                SimulatedModel.named("ledger")
                                        .ofRows(DataType.INT64, Shape.scalar())
                                        .taking(Duration.ofMillis(10), Duration.ZERO)
                                        .ref())
                        .encode(
                                (row, writer) -> {
                                    if (row % 100 == 7) {
                                        throw new IllegalArgumentException("Bad row.");
                                    }
                                    writer.longs("", Shape.scalar(), row);
                                })
                        .decode((row, answer) -> answer.longs()[0])
                        .batch(Batching.ofSize(8).maxDelay(Duration.ofMillis(5)))
                        .deadLetters(bad)
                        .apply("infer")
                        .uid("infer")
                        .map(new FailsAgainAndAgain(failures, Duration.ofMillis(1500)))
                        .uid("fail")
                        .returns(Types.LONG)
                        .setParallelism(1)
                        .map(new SeenOnce())
                        .uid("seen")
                        .returns(Types.LONG)
                        .setParallelism(1);
        inferred.sinkTo(new DiscardingSink<>()).uid("discard").setParallelism(1);
        return environment.executeAsync("Job of " + settings.get(LedgerOptions.RUN_NAME));
    }

    /** A source that is faster than the stage has sent all its rows before a savepoint is taken. */
    private static Long paced(Long row) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(4);
        return row;
    }

    private List<LedgerEntry.CheckpointCompleted> checkpointsOf(String name) throws Exception {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url()))) {
            List<Run> runs = ledger.runs(10);
            return runs.isEmpty()
                    ? List.of()
                    : ledger.history(ledger.run(name).orElseThrow().id()).checkpoints();
        }
    }

    /** Of the newest run. */
    private static long rowsOut(RunLedger ledger) throws Exception {
        return ledger.runs(1).get(0).progress().stream()
                .mapToLong(LedgerEntry.OperatorProgress::rowsOut)
                .sum();
    }

    private static long completedCheckpoints(MiniCluster cluster, JobClient job) throws Exception {
        return cluster.getExecutionGraph(job.getJobID())
                .get()
                .getCheckpointStatsSnapshot()
                .getCounts()
                .getNumberOfCompletedCheckpoints();
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("ledger.db");
    }
}
