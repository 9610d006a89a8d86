package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

/** A column of the table, and where its value comes from. */
record Column<T>(String name, ColumnValue<? super T> value) implements Serializable {

    Column {
        TableNames.requireColumn(name);
    }

    void set(PreparedStatement statement, int parameter, T row) throws SQLException {
        Object object = value.of(row);
        if (object instanceof Instant instant) {
            statement.setTimestamp(parameter, Timestamp.from(instant));
        } else if (object instanceof Enum<?> constant) {
            statement.setString(parameter, constant.name());
        } else {
            statement.setObject(parameter, object);
        }
    }
}
