package io.flinkgpu.table.stage;

import java.util.List;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.utils.ProjectedRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Deals rows out by the primary key of their table, so that rows of one key stay behind each other.
 *
 * <p>Hashes the binary form, which is one for all kinds of rows.
 */
final class PrimaryKeyHash implements KeySelector<RowData, Integer> {

    private static final long serialVersionUID = 1L;

    private final int[] columns;
    private final RowDataSerializer serializer;

    /**
     * The hash of rows.
     *
     * @param key names of columns
     * @param rows all columns of the rows
     */
    PrimaryKeyHash(List<String> key, List<Column> rows) {
        List<String> names = rows.stream().map(Column::getName).toList();
        this.columns = key.stream().mapToInt(names::indexOf).toArray();
        this.serializer =
                new RowDataSerializer(
                        key.stream()
                                .map(name -> rows.get(names.indexOf(name)))
                                .map(column -> column.getDataType().getLogicalType())
                                .toArray(LogicalType[]::new));
    }

    @Override
    public Integer getKey(RowData row) {
        return serializer.toBinaryRow(ProjectedRowData.from(columns).replaceRow(row)).hashCode();
    }

    /** Sends each row to the subtask of its key, as {@code keyBy} does, without keyed state. */
    DataStream<RowData> partition(DataStream<RowData> rows) {
        return new DataStream<>(
                rows.getExecutionEnvironment(),
                new PartitionTransformation<>(
                        rows.getTransformation(),
                        new KeyGroupStreamPartitioner<>(
                                this,
                                KeyGroupRangeAssignment.DEFAULT_LOWER_BOUND_MAX_PARALLELISM)));
    }
}
