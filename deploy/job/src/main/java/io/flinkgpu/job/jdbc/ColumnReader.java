package io.flinkgpu.job.jdbc;

import io.flinkgpu.connectors.jdbc.RowReader;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/** Makes a row of the columns that are called as its fields. */
final class ColumnReader implements RowReader<Row> {

    private static final long serialVersionUID = 1;

    private final String[] names;
    private final FieldType[] types;

    ColumnReader(RowSchema schema) {
        this.names = schema.fields().stream().map(field -> field.name()).toArray(String[]::new);
        this.types = schema.fields().stream().map(field -> field.type()).toArray(FieldType[]::new);
    }

    /** Whether a column may hold it. */
    static boolean reads(FieldType type) {
        return type.isScalar() || type == FieldType.BYTES;
    }

    @Override
    public Row read(ResultSet columns) throws SQLException {
        Row row = Row.withPositions(names.length);
        for (int i = 0; i < names.length; i++) {
            Object value = value(columns, names[i], types[i]);
            row.setField(i, columns.wasNull() ? null : value);
        }
        return row;
    }

    @Nullable
    private static Object value(ResultSet columns, String name, FieldType type)
            throws SQLException {
        return switch (type) {
            case STRING -> columns.getString(name);
            case BOOLEAN -> columns.getBoolean(name);
            case INT -> columns.getInt(name);
            case BIGINT -> columns.getLong(name);
            case FLOAT -> columns.getFloat(name);
            case DOUBLE -> columns.getDouble(name);
            case BYTES -> columns.getBytes(name);
            case TIMESTAMP -> instant(columns.getTimestamp(name));
            case STRINGS, BOOLEANS, INTS, BIGINTS, FLOATS, DOUBLES ->
                    throw new IllegalArgumentException(
                            "Invalid field '%s': %s is no type of a column.".formatted(name, type));
        };
    }

    @Nullable
    private static Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
