package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The statements that read a table page by page.
 *
 * @param key the column of the order, the first of the columns
 * @param condition null: all rows
 * @param rows of a page
 */
record PageQuery(
        String table, String key, List<String> columns, @Nullable String condition, int rows)
        implements Serializable {

    private static final long serialVersionUID = 1;

    PageQuery {
        columns = List.copyOf(columns);
    }

    /** The first page; no parameters. */
    String first() {
        return select(condition == null ? "" : " WHERE (" + condition + ")");
    }

    /** The page behind a key, which is the only parameter. */
    String next() {
        String behind = " WHERE " + key + " > ?";
        return select(condition == null ? behind : behind + " AND (" + condition + ")");
    }

    private String select(String where) {
        return "SELECT %s FROM %s%s ORDER BY %s LIMIT %d"
                .formatted(String.join(", ", columns), table, where, key, rows);
    }
}
