package io.flinkgpu.connectors.jdbc;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** The value of a key column: how far a table has been read. */
sealed interface TableKey {

    /** Sets the parameter of a statement. */
    void set(PreparedStatement statement, int parameter) throws SQLException;

    /** An integer of any size up to 64 bits. */
    record WholeNumber(long value) implements TableKey {
        @Override
        public void set(PreparedStatement statement, int parameter) throws SQLException {
            statement.setLong(parameter, value);
        }
    }

    /** A text. */
    record Text(String value) implements TableKey {
        @Override
        public void set(PreparedStatement statement, int parameter) throws SQLException {
            statement.setString(parameter, value);
        }
    }

    /**
     * The key that a driver has read.
     *
     * @throws IllegalArgumentException if it is neither an integer nor a text
     */
    static TableKey of(Object value, String column) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            return new WholeNumber(((Number) value).longValue());
        }
        if (value instanceof String text) {
            return new Text(text);
        }
        throw new IllegalArgumentException(
                "Invalid key column '%s': a row has %s. It must be an integer or a text, and never NULL."
                        .formatted(
                                column,
                                value == null
                                        ? "NULL"
                                        : "a value of " + value.getClass().getSimpleName()));
    }

    /** Writes a byte for the kind, and the value. */
    static void write(TableKey key, DataOutputView target) throws IOException {
        if (key instanceof WholeNumber number) {
            target.writeByte('N');
            target.writeLong(number.value());
        } else if (key instanceof Text text) {
            target.writeByte('T');
            StringValue.writeString(text.value(), target);
        }
    }

    /** Reads what {@link #write} has written. */
    static TableKey read(DataInputView source) throws IOException {
        byte kind = source.readByte();
        return switch (kind) {
            case 'N' -> new WholeNumber(source.readLong());
            case 'T' -> new Text(StringValue.readString(source));
            default ->
                    throw new IOException(
                            "Cannot read a key of kind %d: it was written by another version."
                                    .formatted(kind));
        };
    }
}
