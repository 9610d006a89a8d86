package io.flinkgpu.connectors.jdbc;

import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/** What a row has for a column. Used by one thread at a time. */
@FunctionalInterface
@PublicEvolving
public interface ColumnValue<T> extends Serializable {

    /**
     * The value: a string, a number, a boolean, bytes, an {@link java.time.Instant}, an enum, which
     * is written by its name, or whatever else the database's driver takes; null is NULL.
     */
    @Nullable
    Object of(T row);
}
