package io.flinkgpu.connectors.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;

/**
 * A table of a database as a sink that inserts rows, and updates those whose key is there.
 *
 * <p>Rows are written at least once: those since the last checkpoint are written again after a
 * failure. As a row of the same key replaces the former one, the table holds each key once, with
 * the values of the row that was written last. The table must exist, with a primary key or a unique
 * index of just the key columns. Rows of one key keep their order only if one subtask writes them
 * all: key the stream by the same fields.
 *
 * <p>PostgreSQL, SQLite and H2, told by the URL; the database's driver must be on the class path.
 *
 * <pre>{@code
 * labels.sinkTo(
 *         UpsertTable.<Label>named("labels")
 *                 .url("jdbc:postgresql://db/inference")
 *                 .login("flink", password)
 *                 .key("path", Label::path)
 *                 .column("label", Label::label)
 *                 .column("score", Label::score)
 *                 .build());
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class UpsertTable<T> {

    private static final int MAX_ROWS = 500;
    private static final Duration MAX_DELAY = Duration.ofSeconds(1);
    private static final int MAX_RETRIES = 3;

    private final String table;
    private final List<Column<T>> keys = new ArrayList<>();
    private final List<Column<T>> others = new ArrayList<>();
    @Nullable private String url;
    @Nullable private String user;
    @Nullable private String password;
    private int maxRows = MAX_ROWS;
    private Duration maxDelay = MAX_DELAY;
    private int maxRetries = MAX_RETRIES;

    private UpsertTable(String table) {
        this.table = table;
    }

    /**
     * Starts a sink into a table, {@code labels} or {@code schema.labels}.
     *
     * @throws IllegalArgumentException if the name has other characters than letters, digits and
     *     underscores
     */
    public static <T> UpsertTable<T> named(String table) {
        return new UpsertTable<>(TableNames.requireTable(table));
    }

    /** The database, such as {@code jdbc:postgresql://host/database}. Required. */
    public UpsertTable<T> url(String url) {
        this.url = url;
        return this;
    }

    /** Who connects. Without, the URL says, or nobody does. */
    public UpsertTable<T> login(String user, String password) {
        this.user = user;
        this.password = password;
        return this;
    }

    /** A column of the key. At least one is required. */
    public UpsertTable<T> key(String name, ColumnValue<? super T> value) {
        keys.add(new Column<>(name, value));
        return this;
    }

    /** A column that is no part of the key. */
    public UpsertTable<T> column(String name, ColumnValue<? super T> value) {
        others.add(new Column<>(name, value));
        return this;
    }

    /**
     * Rows go to the database when there are so many, when the first of them has waited so long,
     * and with each checkpoint. 500 and a second unless set.
     */
    public UpsertTable<T> batch(int maxRows, Duration maxDelay) {
        if (maxRows < 1) {
            throw new IllegalArgumentException(
                    "Invalid batch: %d. It must have at least one row.".formatted(maxRows));
        }
        this.maxRows = maxRows;
        this.maxDelay = maxDelay;
        return this;
    }

    /**
     * How often a batch that failed is tried again before its task fails, with a pause that grows
     * by a second each time, in which the task waits. 3 unless set.
     */
    public UpsertTable<T> retries(int max) {
        if (max < 0) {
            throw new IllegalArgumentException(
                    "Invalid retries: %d. They must be at least 0.".formatted(max));
        }
        this.maxRetries = max;
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if the URL or the key is missing, or a column is there twice
     * @throws IllegalArgumentException if the database is none of those that are known
     */
    public Sink<T> build() {
        List<String> keyNames = keys.stream().map(Column::name).toList();
        List<String> otherNames = others.stream().map(Column::name).toList();
        requireComplete(keyNames, otherNames);
        List<Column<T>> columns = Stream.concat(keys.stream(), others.stream()).toList();
        JdbcSink<T> sink =
                JdbcSink.<T>builder()
                        .withQueryStatement(
                                SqlDialect.ofUrl(url).upsert(table, keyNames, otherNames),
                                (statement, row) -> {
                                    for (int i = 0; i < columns.size(); i++) {
                                        columns.get(i).set(statement, i + 1, row);
                                    }
                                })
                        .withExecutionOptions(
                                JdbcExecutionOptions.builder()
                                        .withBatchSize(maxRows)
                                        .withBatchIntervalMs(maxDelay.toMillis())
                                        .withMaxRetries(maxRetries)
                                        .build())
                        .buildAtLeastOnce(connection());
        return new UpsertSink<>(sink, table);
    }

    private JdbcConnectionOptions connection() {
        JdbcConnectionOptions.JdbcConnectionOptionsBuilder options =
                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder().withUrl(url);
        if (user != null) {
            options.withUsername(user).withPassword(password);
        }
        return options.build();
    }

    private void requireComplete(List<String> keyNames, List<String> otherNames) {
        if (url == null || url.isBlank()) {
            throw cannotBuild("url is not set");
        }
        if (keyNames.isEmpty()) {
            throw cannotBuild("key is not set");
        }
        List<String> names = Stream.concat(keyNames.stream(), otherNames.stream()).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw cannotBuild("a column is there twice in " + names);
        }
    }

    private IllegalStateException cannotBuild(String reason) {
        return new IllegalStateException(
                "Cannot build the sink of table '%s': %s.".formatted(table, reason));
    }
}
