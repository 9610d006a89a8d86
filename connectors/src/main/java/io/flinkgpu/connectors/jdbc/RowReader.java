package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.flink.annotation.PublicEvolving;

/** Makes a row of what a database answers. Used by one thread at a time. */
@FunctionalInterface
@PublicEvolving
public interface RowReader<T> extends Serializable {

    /**
     * The row that the result set stands at; it is not to be moved.
     *
     * @throws SQLException fails the job
     */
    T read(ResultSet row) throws SQLException;
}
