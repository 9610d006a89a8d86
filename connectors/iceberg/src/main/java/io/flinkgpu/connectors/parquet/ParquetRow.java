package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.file.ReadFailure;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * Columns of one row of a Parquet file, or the reason why they could not be read.
 *
 * <p>Path and number tell a row from all others of its source.
 *
 * @param path the file's Flink path with its scheme
 * @param number of the row in its file, from 1 on
 * @param values the columns by the names of their fields; null where {@code failure} is set
 * @param failure why there are no values, or null
 */
@PublicEvolving
public record ParquetRow(
        String path, long number, @Nullable Row values, @Nullable ReadFailure failure) {

    public ParquetRow {
        Objects.requireNonNull(path, "path");
    }

    /** A row that was read. */
    public static ParquetRow of(String path, long number, Row values) {
        return new ParquetRow(path, number, Objects.requireNonNull(values, "values"), null);
    }

    /** A row, or the rest of a file, that could not be read. */
    public static ParquetRow unreadable(String path, long number, ReadFailure failure) {
        return new ParquetRow(path, number, null, Objects.requireNonNull(failure, "failure"));
    }

    /** The reason why the row could not be read; empty when it was. */
    public Optional<ReadFailure> readFailure() {
        return Optional.ofNullable(failure);
    }

    /**
     * How Flink moves such rows; the types of the values are not known by reflection.
     *
     * @param values their type
     */
    public static TypeInformation<ParquetRow> type(TypeInformation<Row> values) {
        return Types.POJO(
                ParquetRow.class,
                Map.of(
                        "path",
                        Types.STRING,
                        "number",
                        Types.LONG,
                        "values",
                        values,
                        "failure",
                        TypeInformation.of(ReadFailure.class)));
    }
}
