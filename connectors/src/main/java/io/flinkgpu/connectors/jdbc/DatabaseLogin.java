package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Where a database is and who asks it.
 *
 * @param user null: the URL says, or nobody does
 * @param password of the user
 */
@Internal
public record DatabaseLogin(String url, @Nullable String user, @Nullable String password)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** A new connection, which the caller closes. */
    public Connection connect() throws SQLException {
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
