package io.flinkgpu.connectors.jdbc;

import java.io.IOException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/** Reads pages of a table. Each opens a connection of its own, and blocks. */
record TablePages<T>(DatabaseLogin login, PageQuery query, RowReader<? extends T> reader)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** A row and its key. */
    record KeyedRow<T>(TableKey key, T row) {}

    /**
     * The rows behind a key, in order.
     *
     * @param last null: from the first row on
     * @throws IOException if the database does not answer, or refuses
     */
    List<KeyedRow<T>> behind(@Nullable TableKey last) throws IOException {
        try (Connection connection = login.connect();
                PreparedStatement statement =
                        connection.prepareStatement(last == null ? query.first() : query.next())) {
            if (last != null) {
                last.set(statement, 1);
            }
            return read(statement);
        } catch (SQLException | IllegalArgumentException failed) {
            throw new IOException(
                    "Cannot read table '%s': %s".formatted(query.table(), failed.getMessage()),
                    failed);
        }
    }

    /** Whether more rows may follow a page. */
    boolean isFull(List<KeyedRow<T>> page) {
        return page.size() == query.rows();
    }

    private List<KeyedRow<T>> read(PreparedStatement statement) throws SQLException {
        List<KeyedRow<T>> page = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                TableKey key = TableKey.of(rows.getObject(1), query.key());
                page.add(new KeyedRow<>(key, reader.read(rows)));
            }
        }
        return page;
    }
}
