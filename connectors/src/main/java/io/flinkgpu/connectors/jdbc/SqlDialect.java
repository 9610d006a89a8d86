package io.flinkgpu.connectors.jdbc;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a database says "insert this row, or update the one with its key". */
enum SqlDialect {
    POSTGRESQL("jdbc:postgresql:") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            return onConflict(table, keys, others);
        }
    },
    /** Its upsert is PostgreSQL's. */
    SQLITE("jdbc:sqlite:") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            return onConflict(table, keys, others);
        }
    },
    H2("jdbc:h2:") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            List<String> columns = joined(keys, others);
            return "MERGE INTO %s (%s) KEY (%s) VALUES (%s)"
                    .formatted(table, list(columns), list(keys), marks(columns));
        }
    };

    private final String urlPrefix;

    SqlDialect(String urlPrefix) {
        this.urlPrefix = urlPrefix;
    }

    /**
     * The dialect of a database.
     *
     * @throws IllegalArgumentException if it is none of those here; the message shows no more of
     *     the address than its beginning, as it may hold a password
     */
    static SqlDialect ofUrl(String url) {
        return Arrays.stream(values())
                .filter(dialect -> url.startsWith(dialect.urlPrefix))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Invalid url: '%s...'. It must begin with one of %s."
                                                .formatted(
                                                        beginning(url),
                                                        Arrays.stream(values())
                                                                .map(d -> d.urlPrefix)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /** Refuses a database that is none of those here, as {@link #ofUrl} does. */
    static void requireKnown(String url) {
        SqlDialect unused = ofUrl(url);
    }

    /**
     * The statement, with a parameter for each key and then for each of the other columns.
     *
     * @param keys at least one; the table has a primary key or a unique index of just these
     */
    abstract String upsert(String table, List<String> keys, List<String> others);

    private static String onConflict(String table, List<String> keys, List<String> others) {
        List<String> columns = joined(keys, others);
        String update =
                others.isEmpty()
                        ? "NOTHING"
                        : "UPDATE SET "
                                + others.stream()
                                        .map(column -> column + " = excluded." + column)
                                        .collect(Collectors.joining(", "));
        return "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO %s"
                .formatted(table, list(columns), marks(columns), list(keys), update);
    }

    private static List<String> joined(List<String> keys, List<String> others) {
        return Stream.concat(keys.stream(), others.stream()).toList();
    }

    private static String list(List<String> columns) {
        return String.join(", ", columns);
    }

    private static String marks(List<String> columns) {
        return String.join(", ", Collections.nCopies(columns.size(), "?"));
    }

    private static String beginning(String url) {
        int end = url.indexOf(':', url.indexOf(':') + 1);
        return end < 0 ? url.substring(0, Math.min(url.length(), 5)) : url.substring(0, end + 1);
    }
}
