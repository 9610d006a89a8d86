package io.flinkgpu.connectors.jdbc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;

/**
 * A table of a database as a bounded source, in the order of a unique column.
 *
 * <p>Rows are read in pages: each asks for the rows behind the last key, so a checkpoint holds a
 * key, and a job that resumes reads each row exactly once without a scan of what it has read. One
 * subtask reads. What is inserted while the job runs is read if its key is behind the page that is
 * read then; the source ends with a page that is not full.
 *
 * <p>PostgreSQL, SQLite and H2, told by the URL; the database's driver must be on the class path.
 *
 * <pre>{@code
 * DataStream<Photo> photos =
 *         env.fromSource(
 *                 InputTable.<Photo>named("photos", row -> new Photo(row.getLong("id"), row.getString("path")))
 *                         .url("jdbc:postgresql://db/inference")
 *                         .login("flink", password)
 *                         .key("id")
 *                         .columns("path")
 *                         .where("deleted = false")
 *                         .build(TypeInformation.of(Photo.class)),
 *                 WatermarkStrategy.noWatermarks(),
 *                 "photos");
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class InputTable<T> {

    private static final int PAGE_ROWS = 1_000;

    private final String table;
    private final RowReader<? extends T> reader;
    private final Set<String> columns = new LinkedHashSet<>();
    @Nullable private String url;
    @Nullable private String user;
    @Nullable private String password;
    @Nullable private String key;
    @Nullable private String condition;
    private int pageRows = PAGE_ROWS;

    private InputTable(String table, RowReader<? extends T> reader) {
        this.table = table;
        this.reader = reader;
    }

    /**
     * Starts a source of a table, {@code photos} or {@code schema.photos}.
     *
     * @param reader makes a row of the key and the columns that are named
     * @throws IllegalArgumentException if the name has other characters than letters, digits and
     *     underscores
     */
    public static <T> InputTable<T> named(String table, RowReader<? extends T> reader) {
        return new InputTable<>(TableNames.requireTable(table), Objects.requireNonNull(reader));
    }

    /** The database, such as {@code jdbc:postgresql://host/database}. Required. */
    public InputTable<T> url(String url) {
        this.url = url;
        return this;
    }

    /** Who connects. Without, the URL says, or nobody does. */
    public InputTable<T> login(String user, String password) {
        this.user = user;
        this.password = password;
        return this;
    }

    /**
     * The column by whose order rows are read: integers or texts, never NULL, no value twice, with
     * an index. Required. The database compares; no row may get another key while a job reads.
     */
    public InputTable<T> key(String column) {
        this.key = TableNames.requireColumn(column);
        return this;
    }

    /** More columns to read. */
    public InputTable<T> columns(String... names) {
        for (String name : names) {
            columns.add(TableNames.requireColumn(name));
        }
        return this;
    }

    /**
     * Which rows are read, as SQL of the database: what stands behind {@code WHERE}. It comes from
     * whoever writes the job and is not escaped.
     */
    public InputTable<T> where(String condition) {
        this.condition = condition;
        return this;
    }

    /** Rows of a page, 1,000 unless set. A page is in memory as a whole. */
    public InputTable<T> pageRows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException(
                    "Invalid page rows: %d. They must be at least 1.".formatted(rows));
        }
        this.pageRows = rows;
        return this;
    }

    /**
     * The source.
     *
     * @throws IllegalStateException if the URL or the key is missing
     * @throws IllegalArgumentException if the database is none of those that are known
     */
    public Source<T, ?, ?> build(TypeInformation<T> type) {
        if (url == null || url.isBlank()) {
            throw cannotBuild("url is not set");
        }
        if (key == null) {
            throw cannotBuild("key is not set");
        }
        SqlDialect.requireKnown(url);
        List<String> selected = new ArrayList<>(List.of(key));
        columns.stream().filter(column -> !column.equals(key)).forEach(selected::add);
        TablePages<T> pages =
                new TablePages<>(
                        new DatabaseLogin(url, user, password),
                        new PageQuery(table, key, selected, condition, pageRows),
                        reader);
        return new TableSource<>(pages, Objects.requireNonNull(type));
    }

    private IllegalStateException cannotBuild(String reason) {
        return new IllegalStateException(
                "Cannot build the source of table '%s': %s.".formatted(table, reason));
    }
}
