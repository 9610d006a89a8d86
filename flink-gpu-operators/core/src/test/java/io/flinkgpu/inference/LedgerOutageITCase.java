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
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.testing.TestingPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Running jobs while the server of their ledger stands still, or is gone. */
class LedgerOutageITCase {

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final int FEW = 5;
    private static final InMemoryReporter METRICS = InMemoryReporter.create();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .setConfiguration(
                                    METRICS.addToConfiguration(
                                            new Configuration()
                                                    .set(
                                                            WebOptions.CHECKPOINTS_HISTORY_SIZE,
                                                            10_000)))
                            .build());

    /** How a server is away. */
    enum Outage {
        FROZEN {
            @Override
            void begin(TestingPostgres server) throws IOException {
                server.freeze();
            }

            @Override
            void end(TestingPostgres server) throws IOException {
                server.thaw();
            }
        },
        STOPPED {
            @Override
            void begin(TestingPostgres server) throws IOException {
                server.stop();
            }

            @Override
            void end(TestingPostgres server) throws IOException {
                server.resume();
            }
        };

        abstract void begin(TestingPostgres server) throws IOException;

        abstract void end(TestingPostgres server) throws IOException;
    }

    @TempDir private Path directory;
    private TestingPostgres server;
    private MiniCluster cluster;

    @BeforeEach
    void startServer(@InjectMiniCluster MiniCluster flink) throws IOException {
        cluster = flink;
        server = TestingPostgres.start();
    }

    @AfterEach
    void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void tellsEveryCheckpointOfAnOutage() throws Exception {
        outlasts(Outage.FROZEN, Duration.ofSeconds(6));
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void tellsEveryCheckpointOfAMinute(Outage outage) throws Exception {
        outlasts(outage, Duration.ofMinutes(1));
    }

    private void outlasts(Outage outage, Duration length) throws Exception {
        JobClient job = start(settings());
        await().atMost(MOST).until(() -> completed(job) >= FEW && lag(job) == 0);

        outage.begin(server);
        long before = completed(job);
        long failedBefore = failed(job);
        await().atMost(length.multipliedBy(2).plus(MOST))
                .until(() -> lag(job) >= length.toSeconds());
        long meanwhile = completed(job) - before;
        outage.end(server);
        await().atMost(MOST).until(() -> lag(job) == 0);
        CheckpointStatsSnapshot checkpoints = checkpoints(job);
        long failedMeanwhile = failed(job) - failedBefore;
        Object dropped = metric(job, "ledger.dropped");
        cancel(job);

        assertThat(meanwhile).isGreaterThan(length.dividedBy(INTERVAL) / 4);
        assertThat(failedMeanwhile).isZero();
        assertThat(checkpoints.getHistory().getCheckpoints())
                .as("checkpoints that waited for the database")
                .noneMatch(each -> each.getEndToEndDuration() > length.toMillis() / 2);
        assertThat(dropped).isEqualTo(0L);
        assertThat(idsOf(historyOf(job))).containsAll(ids(checkpoints));
    }

    /** Five entries are fewer than a few checkpoints make. */
    @Test
    void replacesOlderEntriesWhereTheQueueIsFull() throws Exception {
        Configuration settings = settings();
        settings.set(LedgerOptions.MAX_QUEUED_ENTRIES, FEW);
        JobClient job = start(settings);
        await().atMost(MOST).until(() -> completed(job) >= FEW && lag(job) == 0);

        Outage.STOPPED.begin(server);
        String savepoint =
                job.triggerSavepoint(
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();
        long before = completed(job);
        await().atMost(MOST).until(() -> completed(job) >= before + 3 * FEW);
        CheckpointStatsSnapshot checkpoints = checkpoints(job);
        Outage.STOPPED.end(server);
        await().atMost(MOST).until(() -> lag(job) == 0);
        cancel(job);

        RunHistory history = historyOf(job);
        List<Long> told = idsOf(history);
        assertThat(ids(checkpoints).stream().filter(id -> !told.contains(id)))
                .as("checkpoints that newer ones replaced")
                .hasSizeGreaterThan(FEW);
        assertThat(history.checkpoints())
                .filteredOn(LedgerEntry.CheckpointCompleted::savepoint)
                .extracting(LedgerEntry.CheckpointCompleted::path)
                .containsExactly(savepoint);
        assertThat(history.progress())
                .last()
                .satisfies(
                        newest ->
                                assertThat(newest.checkpoint())
                                        .isEqualTo(told.get(told.size() - 1)));
    }

    private Configuration settings() {
        Configuration settings = new Configuration();
        settings.set(LedgerOptions.URL, server.url());
        settings.set(LedgerOptions.MAX_RETRY_PAUSE, Duration.ofSeconds(1));
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, INTERVAL);
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        return settings;
    }

    /** A job that goes on until it is cancelled. */
    private static JobClient start(Configuration settings) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(2);
        Inference.on(
                        environment
                                .fromSequence(0, Long.MAX_VALUE - 1)
                                .map(LedgerOutageITCase::paced)
                                .returns(Types.LONG))
                .model(SimulatedModel.named("ledger").ofRows(DataType.INT64, Shape.scalar()).ref())
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                .decode((row, answer) -> answer.longs()[0])
                .batch(Batching.ofSize(8).maxDelay(Duration.ofMillis(5)))
                .apply("infer")
                .sinkTo(new DiscardingSink<>());
        return environment.executeAsync();
    }

    private static Long paced(Long row) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(2);
        return row;
    }

    private static void cancel(JobClient job) throws Exception {
        job.cancel().get();
        await().atMost(MOST).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
    }

    private CheckpointStatsSnapshot checkpoints(JobClient job) throws Exception {
        return cluster.getExecutionGraph(job.getJobID()).get().getCheckpointStatsSnapshot();
    }

    private long completed(JobClient job) throws Exception {
        return checkpoints(job).getCounts().getNumberOfCompletedCheckpoints();
    }

    private long failed(JobClient job) throws Exception {
        return checkpoints(job).getCounts().getNumberOfFailedCheckpoints();
    }

    private static List<Long> ids(CheckpointStatsSnapshot checkpoints) {
        return checkpoints.getHistory().getCheckpoints().stream()
                .filter(CompletedCheckpointStats.class::isInstance)
                .map(completed -> completed.getCheckpointId())
                .toList();
    }

    private static List<Long> idsOf(RunHistory history) {
        return history.checkpoints().stream().map(LedgerEntry.CheckpointCompleted::id).toList();
    }

    /** Of a job that has ended. */
    private RunHistory historyOf(JobClient job) throws Exception {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(server.url()))) {
            String run = job.getJobID().toHexString();
            await().atMost(MOST).until(() -> ledger.run(run).orElseThrow().ended() != null);
            return ledger.history(run);
        }
    }

    /** In seconds. */
    private static double lag(JobClient job) {
        return (double) metric(job, "ledger.lag");
    }

    private static Object metric(JobClient job, String name) {
        JobID id = job.getJobID();
        return METRICS.getMetricsByIdentifiers(id).entrySet().stream()
                .filter(metric -> metric.getKey().endsWith("." + name))
                .map(metric -> ((Gauge<?>) metric.getValue()).getValue())
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no metric " + name + "."));
    }
}
