package io.flinkgpu.benchmarks.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.connectors.iceberg.CommittedCheckpoint;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The digits pipeline into a table of Iceberg, on a cluster of real processes that all die of
 * SIGKILL at a random moment, and {@code flink-gpu resume} on a new cluster.
 *
 * <p>Checkpoints are aligned, so that what is emitted before one is in its snapshot: nothing waits
 * between the tasks.
 */
@Timeout(300)
class ResumeITCase {

    private static final int REPEAT = 80;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Pattern CHECKPOINT = Pattern.compile("Going on from checkpoint (\\d+) ");

    @TempDir static Path directory;
    private static Distribution distribution;
    private static LocalCluster cluster;

    @BeforeAll
    static void findDistribution() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        distribution = new Distribution(home);
        cluster = LocalCluster.at(directory.resolve("cluster"));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.stop();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void goesOnExactlyOnceAfterEverythingWasKilled(long seed) throws Exception {
        resumed(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("moreSeeds")
    @Tag("long")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void goesOnExactlyOnceAtAnyMoment(long seed) throws Exception {
        resumed(seed);
    }

    static List<Long> moreSeeds() {
        return LongStream.rangeClosed(3, 20).boxed().toList();
    }

    private static void resumed(long seed) throws Exception {
        Random random = new Random(seed);
        TableSpec spec =
                TableSpec.of(directory.resolve("seed-" + seed), distribution, REPEAT)
                        .with("execution.checkpointing.unaligned.enabled", "false");
        startCluster();

        TableRun first = TableRun.start(cluster, spec);
        first.awaitRows(spec, 1 + random.nextLong(spec.rows() * 6 / 10), LONG);
        await().atMost(LONG).until(() -> !history(spec, run(spec)).positions().isEmpty());
        // Flink fetches metrics when it is asked for them, and answers with those that it had.
        await().atMost(LONG).until(() -> first.rowsSent() > 0);
        TimeUnit.MILLISECONDS.sleep(random.nextLong(spec.checkpointInterval().toMillis()));
        long sent = first.rowsSent();
        TableRun.killAll(cluster);

        Run killed = run(spec);
        RunHistory history = history(spec, killed);
        assertThat(killed.ended()).isNull();
        assertTableHoldsCompletedCheckpoints(spec, first, history);

        startCluster();
        StringWriter said = new StringWriter();
        TableRun second = TableRun.resume(cluster, spec, new PrintWriter(said));
        second.awaitEnd(LONG);

        assertThat(TableContents.byFile(spec))
                .hasSize(1000)
                .allSatisfy((file, count) -> assertThat(count).as(file).isEqualTo(REPEAT));
        long restored = restoredCheckpoint(said.toString());
        long again = second.rowsInferred();
        Optional<Long> done = rowsDone(history, restored);
        done.ifPresent(rows -> assertThat(again).isEqualTo(spec.rows() - rows));
        assertThat(again)
                .as("rows inferred by the resumed run")
                .isLessThanOrEqualTo(spec.rows() - newestRowsDone(history));
        assertLinked(spec, killed);
        System.out.printf(
                "seed %d: at least %,d of %,d rows sent to the model when everything was killed; resumed from checkpoint %d with %,d done: at least %,d again%n",
                seed,
                sent,
                spec.rows(),
                restored,
                spec.rows() - again,
                Math.max(0, sent - (spec.rows() - again)));
    }

    /** What the ledger says of a snapshot is what readers see. */
    private static void assertTableHoldsCompletedCheckpoints(
            TableSpec spec, TableRun run, RunHistory history) {
        CommittedCheckpoint newest = spec.table().lastCommitted().orElseThrow();
        assertThat(newest.job()).isEqualTo(run.job());
        assertThat(history.positions()).isNotEmpty();
        for (LedgerEntry.SinkPosition position : history.positions()) {
            assertThat(position.kind()).isEqualTo("iceberg-snapshot");
            assertThat(position.position())
                    .isEqualTo(
                            Long.toString(
                                    spec.table()
                                            .committed(run.job(), position.checkpoint())
                                            .orElseThrow()
                                            .snapshotId()));
            rowsDone(history, position.checkpoint())
                    .ifPresent(
                            rows ->
                                    assertThat(
                                                    TableContents.countRows(
                                                            spec,
                                                            Long.parseLong(position.position())))
                                            .as("rows of checkpoint " + position.checkpoint())
                                            .isEqualTo(rows));
        }
    }

    private static void assertLinked(TableSpec spec, Run killed) throws Exception {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(spec.ledgerUrl()))) {
            await().atMost(LONG)
                    .until(() -> ledger.run(TableJob.NAME).orElseThrow().ended() != null);
            Run resumed = ledger.run(TableJob.NAME).orElseThrow();
            assertThat(resumed.ended().outcome()).isEqualTo(RunOutcome.FINISHED);
            assertThat(resumed.begun().origin().run()).isEqualTo(killed.id());
            assertThat(resumed.begun().arguments()).isEqualTo(killed.begun().arguments());
            await().atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(ledger.run(resumed.id()).orElseThrow().progress())
                                            .singleElement()
                                            .extracting(LedgerEntry.OperatorProgress::rowsOut)
                                            .isEqualTo(spec.rows()));
        }
    }

    private static void startCluster() {
        if (cluster.processes().stream().anyMatch(process -> process.isAlive())) {
            return;
        }
        cluster.start(
                ClusterSpec.of(distribution, ClusterShape.cpu())
                        .withDevices(GpuDevices.simulated())
                        .withRestPort(0));
    }

    private static Run run(TableSpec spec) throws Exception {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(spec.ledgerUrl()))) {
            return ledger.run(TableJob.NAME).orElseThrow();
        }
    }

    private static RunHistory history(TableSpec spec, Run run) throws Exception {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(spec.ledgerUrl()))) {
            return ledger.history(run.id());
        }
    }

    private static long restoredCheckpoint(String said) {
        Matcher matcher = CHECKPOINT.matcher(said);
        assertThat(matcher.find()).as(said).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Empty where the ledger had no time to hear of it. */
    private static Optional<Long> rowsDone(RunHistory history, long checkpoint) {
        return history.progress().stream()
                .filter(each -> each.checkpoint() == checkpoint)
                .map(LedgerEntry.OperatorProgress::rowsOut)
                .findFirst();
    }

    private static long newestRowsDone(RunHistory history) {
        return history.progress().stream()
                .mapToLong(LedgerEntry.OperatorProgress::rowsOut)
                .max()
                .orElseThrow();
    }
}
