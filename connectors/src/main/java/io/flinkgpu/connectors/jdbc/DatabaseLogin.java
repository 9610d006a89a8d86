package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.annotation.Nullable;

/**
 * Where a database is and who asks it.
 *
 * @param user null: the URL says, or nobody does
 * @param password of the user
 */
record DatabaseLogin(String url, @Nullable String user, @Nullable String password)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** A new connection, which the caller closes. */
    Connection connect() throws SQLException {
        return user == null
                ? DriverManager.getConnection(url)
                : DriverManager.getConnection(url, user, password);
    }

    /** Shows neither the password nor the URL, which may hold one. */
    @Override
    public String toString() {
        return "DatabaseLogin[" + user + "]";
    }
}
