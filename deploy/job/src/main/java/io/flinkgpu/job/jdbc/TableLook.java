package io.flinkgpu.job.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Asks a database about a table. Blocks; reads no rows.
 *
 * @param url may hold a password: no message shows it
 * @param user null: the URL says, or nobody does
 */
record TableLook(String url, @Nullable String user, @Nullable String password) {

    /** The database cannot be asked from here. */
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, SQLException cause) {
            super(message, cause);
        }
    }

    /** Whether a driver for this database is on the class path. */
    boolean hasDriver() {
        try {
            DriverManager.getDriver(url);
            return true;
        } catch (SQLException none) {
            return false;
        }
    }

    /**
     * The names of a table's columns, as the database writes them.
     *
     * @param table a name without characters that SQL gives a meaning
     * @throws UnreachableException if the database does not answer
     * @throws IllegalArgumentException if the table cannot be read; the message says why
     */
    List<String> columns(String table) throws UnreachableException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return columns(statement, table);
        } catch (SQLException closing) {
            throw new UnreachableException(said(closing), closing);
        }
    }

    private List<String> columns(Statement statement, String table) {
        try (ResultSet rows =
                statement.executeQuery("SELECT * FROM %s WHERE 1 = 0".formatted(table))) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnName(i));
            }
            return names;
        } catch (SQLException refused) {
            throw new IllegalArgumentException(said(refused), refused);
        }
    }

    private Connection connect() throws SQLException {
        return user == null
                ? DriverManager.getConnection(url)
                : DriverManager.getConnection(url, user, password);
    }

    @Override
    public String toString() {
        return "TableLook[" + user + "]";
    }

    private String said(SQLException failure) {
        return String.valueOf(failure.getMessage()).replace(url, "the database").strip();
    }
}
