package io.flinkgpu.job.jdbc;

import io.flinkgpu.connectors.jdbc.DatabaseLogin;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Asks a database about a table. Blocks; reads no rows.
 *
 * @param login whose URL may hold a password: no message shows it
 */
record TableLook(DatabaseLogin login) {

    /** The database cannot be asked from here. */
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, SQLException cause) {
            super(message, cause);
        }
    }

    /**
     * Adds a problem for a database without driver, a table that cannot be read, and each column
     * that the table does not have.
     *
     * @param columns what is to be read or written
     * @param urlAt where the file names the database
     * @param tableAt where it names the table
     * @param columnsAt where it names the columns
     * @return what people want to know, a line each; a database that cannot be asked is no problem
     */
    List<String> check(
            String table, Collection<String> columns, Value urlAt, Value tableAt, Value columnsAt) {
        if (!hasDriver()) {
            urlAt.problem(
                    "Invalid %s: no driver for %s is here. Put the jar of the database's driver into Flink's lib/."
                            .formatted(urlAt.subject(), login.url()));
            return List.of();
        }
        try {
            List<String> found = columns(table);
            columns.forEach(column -> requireColumn(column, found, columnsAt));
            return List.of("table %s: %s".formatted(table, String.join(", ", found)));
        } catch (IllegalArgumentException unreadable) {
            tableAt.problem(
                    "Invalid table '%s': it cannot be read: %s. Create it, or name another."
                            .formatted(table, unreadable.getMessage()));
            return List.of();
        } catch (UnreachableException unreachable) {
            return List.of("not checked: table %s: %s".formatted(table, unreachable.getMessage()));
        }
    }

    private static void requireColumn(String column, List<String> table, Value at) {
        if (table.stream().noneMatch(column::equalsIgnoreCase)) {
            at.problem(
                    "Invalid column '%s' of %s: the table has none of that name. %s"
                            .formatted(column, at.subject(), NearestName.suggest(column, table)));
        }
    }

    /** Whether a driver for this database is on the class path. */
    boolean hasDriver() {
        try {
            DriverManager.getDriver(login.url());
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
        try (Connection connection = login.connect();
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

    private String said(SQLException failure) {
        return String.valueOf(failure.getMessage()).replace(login.url(), "the database").strip();
    }
}
