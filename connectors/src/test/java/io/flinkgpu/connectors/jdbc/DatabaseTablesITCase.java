package io.flinkgpu.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.state.testing.TestingPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tables of real databases, written and read by jobs that fail on their way. */
class DatabaseTablesITCase {

    private static final int ROWS = 3_000;
    private static final int ROWS_PER_SECOND = 3_000;

    /** Each key comes three times; the last value stays. */
    private static final int KEYS = 1_000;

    private static final int FAILING = 2_500;
    private static final long SECONDS = 60;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        FailOnce.FAILURES.set(0);
    }

    @Test
    void sqliteHoldsEachKeyOnce() throws Exception {
        holdsEachKeyOnce(
                "jdbc:sqlite:%s?journal_mode=WAL&synchronous=NORMAL&busy_timeout=10000"
                        .formatted(directory.resolve("labels.db")));
    }

    @Test
    void postgresHoldsEachKeyOnce() throws Exception {
        try (TestingPostgres server = TestingPostgres.start()) {
            holdsEachKeyOnce(server.url());
        }
    }

    /** A batch that fails is sent once more when the task is closed, and fails again there. */
    @Test
    void aTaskManagerSurvivesRowsThatH2RefusesAndH2HoldsEachKeyOnce() throws Exception {
        String url = "jdbc:h2:mem:refused;DB_CLOSE_DELAY=-1";
        execute(url, "CREATE TABLE labels (id BIGINT PRIMARY KEY, score BIGINT CHECK score < 0)");

        assertThat(submit(url, 0).getJobExecutionResult())
                .failsWithin(SECONDS, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingRootCause()
                .withMessageContaining("Check constraint");

        // The same task manager, the only one there is:
        holdsEachKeyOnce("jdbc:h2:mem:accepted;DB_CLOSE_DELAY=-1");
    }

    private void holdsEachKeyOnce(String url) throws Exception {
        execute(
                url,
                "CREATE TABLE labels (id BIGINT PRIMARY KEY, score BIGINT, name VARCHAR(20), seen TIMESTAMP, missing VARCHAR(9))");
        FailOnce.FAILURES.set(0);

        submit(url, 1).getJobExecutionResult().get(SECONDS, TimeUnit.SECONDS);

        assertThat(FailOnce.FAILURES).hasValue(1);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM labels ORDER BY id")) {
            for (int id = 0; id < KEYS; id++) {
                assertThat(row.next()).as("row %d", id).isTrue();
                assertThat(row.getLong("id")).isEqualTo(id);
                assertThat(row.getLong("score")).isEqualTo(ROWS - KEYS + id);
                assertThat(row.getString("name")).isEqualTo("SECONDS");
                assertThat(row.getTimestamp("seen").toInstant())
                        .isEqualTo(Instant.ofEpochSecond(ROWS - KEYS + id));
                assertThat(row.getString("missing")).isNull();
            }
            assertThat(row.next()).isFalse();
        }
        readsEachRowOnce(url);
    }

    private void readsEachRowOnce(String url) throws Exception {
        FailOnce.FAILURES.set(0);
        Path copies = directory.resolve("copies-" + url.hashCode());
        StreamExecutionEnvironment environment = environment(1);
        environment
                .fromSource(
                        InputTable.<Long>named("labels", row -> row.getLong("score"))
                                .url(url)
                                .key("id")
                                .columns("score")
                                .where("id >= 100")
                                .pageRows(50)
                                .build(Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "labels")
                .map(new FailBehindACheckpoint())
                .sinkTo(
                        JsonLines.sink(
                                new org.apache.flink.core.fs.Path(copies.toUri()),
                                (row, line) -> line.number("score", row)));

        environment.executeAsync().getJobExecutionResult().get(SECONDS, TimeUnit.SECONDS);

        assertThat(FailOnce.FAILURES).hasValue(1);
        try (Stream<JsonNode> lines =
                JsonLines.read(new org.apache.flink.core.fs.Path(copies.toUri()))) {
            assertThat(lines.map(line -> line.path("score").asLong()))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(ROWS - KEYS + 100, ROWS).boxed().toList());
        }
    }

    private static StreamExecutionEnvironment environment(int restarts) {
        Configuration config = new Configuration();
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
        config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config);
        environment.setParallelism(1);
        environment.enableCheckpointing(100);
        return environment;
    }

    private static JobClient submit(String url, int restarts) throws Exception {
        StreamExecutionEnvironment environment = environment(restarts);
        UpsertTable<Long> table =
                UpsertTable.<Long>named("labels")
                        .url(url)
                        .key("id", row -> row % KEYS)
                        .column("score", row -> row)
                        .retries(0)
                        .batch(100, Duration.ofMillis(100));
        if (restarts > 0) {
            table.column("name", row -> TimeUnit.SECONDS)
                    .column("seen", row -> Instant.ofEpochSecond(row))
                    .column("missing", row -> null);
        }
        environment
                .fromSource(
                        new DataGeneratorSource<>(
                                row -> row,
                                ROWS,
                                RateLimiterStrategy.perSecond(ROWS_PER_SECOND),
                                Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "rows")
                .map(new FailOnce(restarts > 0))
                .sinkTo(table.build());
        return environment.executeAsync();
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Static, as all subtasks are in this process. */
    private record FailOnce(boolean enabled) implements MapFunction<Long, Long> {

        static final AtomicInteger FAILURES = new AtomicInteger();

        @Override
        public Long map(Long row) {
            if (enabled && row == FAILING && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("Injected failure.");
            }
            return row;
        }
    }

    /** Takes a millisecond for a row, so that checkpoints complete while a table is read. */
    private static final class FailBehindACheckpoint
            implements MapFunction<Long, Long>, CheckpointListener {

        private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

        private boolean completed;

        @Override
        public Long map(Long row) {
            if (completed && FailOnce.FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("Injected failure.");
            }
            LockSupport.parkNanos(MILLISECOND);
            return row;
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            completed = true;
        }
    }
}
