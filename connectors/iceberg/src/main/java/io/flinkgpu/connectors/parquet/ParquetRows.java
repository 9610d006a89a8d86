package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.fs.Path;

/**
 * Builds a source that reads columns of Parquet files, as {@link ParquetRow}s.
 *
 * <p>Columns are found by their names, whoever wrote the files. The rows of a file come in their
 * order, each exactly once across failures, restores and changes of the parallelism. After a
 * failure a file is read from the row group of the last checkpoint's row on. A file that has not
 * all columns as they are wanted, or is damaged, becomes a record with a {@link ReadFailure}.
 */
@PublicEvolving
public final class ParquetRows extends FileSourceBuilder<ParquetRow, ParquetRows> {

    private final List<WantedColumn> columns = new ArrayList<>();

    private ParquetRows(Path... inputs) {
        super(inputs);
    }

    /**
     * Reads these inputs.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static ParquetRows of(Path... inputs) {
        return new ParquetRows(inputs);
    }

    /**
     * Reads these inputs, such as {@code s3://bucket/**}{@code /*.parquet}.
     *
     * @throws IllegalArgumentException if no input is given
     */
    public static ParquetRows of(String... inputs) {
        return of(Arrays.stream(inputs).map(Path::new).toArray(Path[]::new));
    }

    /**
     * Reads a column.
     *
     * @throws IllegalArgumentException if no column gives such values, or it is read already
     */
    public ParquetRows column(String name, TypeInformation<?> type) {
        return column(name, name, type);
    }

    /**
     * Reads a column into a field of another name.
     *
     * @param type of what the field holds, such as {@code Types.STRING} or, for a column of lists,
     *     {@code Types.PRIMITIVE_ARRAY(Types.FLOAT)}
     * @throws IllegalArgumentException if no column gives such values, or there is such a field, or
     *     the column is read already
     */
    public ParquetRows column(String field, String column, TypeInformation<?> type) {
        for (WantedColumn other : columns) {
            if (other.field().equals(field) || other.column().equals(column)) {
                throw new IllegalArgumentException(
                        "Invalid field '%s' of column '%s': field '%s' of column '%s' is there already. Read each column once, into a field of its own."
                                .formatted(field, column, other.field(), other.column()));
            }
        }
        columns.add(WantedColumn.of(field, column, type));
        return this;
    }

    /**
     * Looks at the first of the files, on the calling thread.
     *
     * @return why a source that is built now would reject it, a sentence; empty: it would not, or
     *     there is none yet
     */
    @Internal
    public Optional<String> lookAtFirst() throws IOException {
        Optional<FoundFile> first = first();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        FileSplit split = new FileSplit("first", List.of(first.get()), ReadPosition.startOf(0));
        try (RecordFormat.Reader<ParquetRow> reader = format().open(split)) {
            RecordFormat.Positioned<ParquetRow> row = reader.read();
            return row == null
                    ? Optional.empty()
                    : row.record().readFailure().map(ReadFailure::cause);
        }
    }

    @Override
    protected RecordFormat<ParquetRow> format() {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid columns: none. Name at least one by column(...).");
        }
        return new RowFormat(columns);
    }

    @Override
    protected ParquetRows self() {
        return this;
    }
}
