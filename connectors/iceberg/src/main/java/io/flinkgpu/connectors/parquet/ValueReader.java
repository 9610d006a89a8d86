package io.flinkgpu.connectors.parquet;

import java.lang.reflect.Array;
import javax.annotation.Nullable;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnReader;

/** Reads values of a column, none of which is null. */
@FunctionalInterface
interface ValueReader {

    /**
     * In place of a value that cannot be had.
     *
     * @param reason half a sentence behind the column's name
     */
    record Unreadable(String reason) {}

    /** The current value, or an {@link Unreadable}. */
    Object read(ColumnReader column);

    /** Puts the current value into an array; what is returned says why that is not possible. */
    @Nullable
    default Unreadable readInto(Object array, int index, ColumnReader column) {
        Object value = read(column);
        if (value instanceof Unreadable unreadable) {
            return unreadable;
        }
        Array.set(array, index, value);
        return null;
    }
}
