package io.flinkgpu.connectors.iceberg;

import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Turns rows into a table's rows: each column gets the field of its name, and one without a field
 * is NULL.
 *
 * <p>For one thread.
 */
final class TableRows<T> implements MapFunction<T, RowData> {

    private static final int NO_FIELD = -1;

    private final RowFields fields;
    private final RowType type;
    private final int[] fieldOfColumn;

    TableRows(RowColumns columns, RowType type) {
        this.fields = columns.fields();
        this.type = type;
        this.fieldOfColumn =
                type.getFieldNames().stream()
                        .mapToInt(name -> columns.fieldOf(name).orElse(NO_FIELD))
                        .toArray();
    }

    @Override
    public RowData map(T row) {
        List<LogicalType> types = type.getChildren();
        GenericRowData data = new GenericRowData(fieldOfColumn.length);
        for (int column = 0; column < fieldOfColumn.length; column++) {
            int field = fieldOfColumn[column];
            if (field != NO_FIELD) {
                data.setField(column, InternalValues.of(fields.get(row, field), types.get(column)));
            }
        }
        return data;
    }
}
