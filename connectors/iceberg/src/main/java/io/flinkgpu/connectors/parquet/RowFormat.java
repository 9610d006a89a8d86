package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.RecordFormat;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Reads columns of Parquet files.
 *
 * @param columns at least one
 */
record RowFormat(List<WantedColumn> columns) implements RecordFormat<ParquetRow> {

    private static final int MAX_FILES_PER_SPLIT = 16;

    RowFormat {
        columns = List.copyOf(columns);
    }

    @Override
    public RecordFormat.Reader<ParquetRow> open(FileSplit split) {
        return new RowFileReader(split, columns);
    }

    @Override
    public TypeInformation<ParquetRow> type() {
        return ParquetRow.type(
                Types.ROW_NAMED(
                        columns.stream().map(WantedColumn::field).toArray(String[]::new),
                        columns.stream()
                                .map(WantedColumn::typeInfo)
                                .toArray(TypeInformation<?>[]::new)));
    }

    @Override
    public int maxFilesPerSplit() {
        return MAX_FILES_PER_SPLIT;
    }
}
