package io.flinkgpu.connectors.jdbc;

import java.util.regex.Pattern;

/** How tables and columns may be called: names go into statements unquoted. */
final class TableNames {

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
    private static final Pattern COLUMN = Pattern.compile(NAME);
    private static final Pattern TABLE = Pattern.compile(NAME + "(\\." + NAME + "){0,2}");

    private TableNames() {}

    static String requireTable(String table) {
        if (!TABLE.matcher(table).matches()) {
            throw new IllegalArgumentException(
                    "Invalid table: '%s'. It must be TABLE or SCHEMA.TABLE, of letters, digits and underscores."
                            .formatted(table));
        }
        return table;
    }

    static String requireColumn(String column) {
        if (!COLUMN.matcher(column).matches()) {
            throw new IllegalArgumentException(
                    "Invalid column: '%s'. It must be letters, digits and underscores, and no digit first."
                            .formatted(column));
        }
        return column;
    }
}
