package io.flinkgpu.state.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.state.testing.TestingPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer with databases that go away. */
class LedgerWriterTest {

    private static final Duration MOST = Duration.ofSeconds(30);
    private static final int CHECKPOINTS = 500;

    @TempDir private Path directory;

    @Test
    void catchesUpWhenTheLockOfTheFileIsReleased() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("ledger.db");
        RunLedger.open(LedgerConfig.of(url)).close();

        try (Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            survives(
                    url,
                    () -> statement.execute("begin immediate"),
                    () -> statement.execute("commit"));
        }
    }

    @Test
    void catchesUpWhenTheServerIsBack() throws Exception {
        try (TestingPostgres server = TestingPostgres.start()) {
            survives(
                    server.url(),
                    () -> {
                        server.stop();
                        return true;
                    },
                    () -> {
                        server.resume();
                        return true;
                    });
        }
    }

    @Test
    void startsBeforeTheServerDoes() throws Exception {
        try (TestingPostgres server = TestingPostgres.start()) {
            server.stop();
            try (LedgerWriter writer = LedgerWriter.start(impatient(server.url()))) {
                writer.add(TestingEntries.begun("r", Instant.now()));
                await().atMost(MOST).until(() -> writer.lag().toMillis() > 100);

                server.resume();

                await().atMost(MOST).until(() -> writer.lag().isZero());
            }
            try (RunLedger ledger = RunLedger.open(LedgerConfig.of(server.url()))) {
                assertThat(ledger.run("r")).isPresent();
            }
        }
    }

    @Test
    void writesWhatWaitsWhenItIsClosed() throws Exception {
        String url = "jdbc:sqlite:" + directory.resolve("ledger.db");
        LedgerWriter writer = LedgerWriter.start(LedgerConfig.of(url));
        writer.add(TestingEntries.begun("r", Instant.now()));
        for (int id = 1; id <= CHECKPOINTS; id++) {
            writer.add(TestingEntries.checkpoint("r", id));
        }

        writer.close();

        await().atMost(MOST).until(() -> writer.lag().isZero());
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url))) {
            assertThat(ledger.history("r").checkpoints()).hasSize(CHECKPOINTS);
        }
    }

    /** Tells as much as three minutes of a job would, while the database is away. */
    private static void survives(String url, Callable<?> goAway, Callable<?> comeBack)
            throws Exception {
        try (CapturedLog log = CapturedLog.of(LedgerDrain.class);
                LedgerWriter writer = LedgerWriter.start(impatient(url))) {
            writer.add(TestingEntries.begun("r", Instant.now()));
            await().atMost(MOST).until(() -> writer.lag().isZero());

            Object unused = goAway.call();
            for (int id = 1; id <= CHECKPOINTS; id++) {
                writer.add(TestingEntries.checkpoint("r", id));
                writer.add(TestingEntries.progress("r", id, "a"));
            }
            await().atMost(MOST).until(() -> !log.lines().isEmpty());
            await().atMost(MOST).until(() -> writer.lag().toMillis() > 500);
            Object unusedToo = comeBack.call();
            await().atMost(MOST).until(() -> writer.lag().isZero());

            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .startsWith("WARN Cannot write the ledger at " + LedgerUrl.parse(url) + ": ")
                    .endsWith("Entries wait in memory and are tried again; the job goes on.");
            assertThat(log.lines().get(1))
                    .startsWith("INFO The ledger at " + LedgerUrl.parse(url))
                    .endsWith("; 0 entries were dropped until now.");
        }
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url))) {
            RunHistory history = ledger.history("r");
            assertThat(history.checkpoints()).hasSize(CHECKPOINTS);
            assertThat(history.progress()).hasSize(CHECKPOINTS);
        }
    }

    private static LedgerConfig impatient(String url) {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, url);
        options.set(LedgerOptions.CONNECT_TIMEOUT, Duration.ofMillis(250));
        options.set(LedgerOptions.MAX_RETRY_PAUSE, Duration.ofMillis(200));
        return LedgerConfig.from(options, Map.of()).orElseThrow();
    }
}
