package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.source.RecordMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/**
 * A table whose rows are made of what a source of files reads.
 *
 * @param connector its name
 * @param columns the physical ones
 * @param metadata the others, by their keys, in the order of rows
 * @param failures tells why a record could not be read
 * @param files builds the source
 * @param parallelism of the source; null leaves it to Flink
 * @param <T> the records of the source
 */
record FileTable<T>(
        String connector,
        List<TableField<T>> columns,
        Map<String, Metadata<T>> metadata,
        Failures<T> failures,
        OnError onError,
        Files<T> files,
        @Nullable Integer parallelism) {

    /** A column that is no part of a file's bytes. */
    record Metadata<T>(DataType type, TableField<T> field) {}

    /** Which columns a query reads; of metadata the keys. */
    record Selection(List<Integer> columns, List<String> metadata) {}

    /** Builds the source for a selection. */
    interface Files<T> {

        /**
         * Looks at the inputs, and builds.
         *
         * @throws IllegalArgumentException if an input cannot be read
         */
        Source<RowData, ?, ?> source(Selection selection, RecordMapping<T, RowData> rows);
    }

    /** The source of the selected columns, the physical ones first. */
    Source<RowData, ?, ?> source(Selection selection, TypeInformation<RowData> type) {
        List<TableField<T>> fields = new ArrayList<>();
        selection.columns().forEach(index -> fields.add(columns.get(index)));
        selection.metadata().forEach(key -> fields.add(metadata.get(key).field()));
        return files.source(
                selection, new FileRows<>(List.copyOf(fields), failures, onError, type));
    }
}
