package io.flinkgpu.table.stage;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.RowFailedException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Makes rows of dead letters: the columns that the model was not to fill, then {@link #COLUMNS}.
 */
final class DeadLetterRows implements MapFunction<DeadLetter<RowData>, RowData> {

    private static final long serialVersionUID = 1L;

    /** What is told of a failure. */
    static final List<Column> COLUMNS =
            List.of(
                    Column.physical("error_class", DataTypes.STRING()),
                    Column.physical("error_message", DataTypes.STRING()),
                    Column.physical("error_exception", DataTypes.STRING()),
                    Column.physical("attempts", DataTypes.INT()),
                    Column.physical("place", DataTypes.STRING()),
                    Column.physical("failed_at", DataTypes.TIMESTAMP_LTZ(3)));

    private final RowData.FieldGetter[] columns;

    /**
     * Rows of some columns.
     *
     * @param kept columns of the letters' rows that are told
     * @param rows all columns of the letters' rows
     */
    DeadLetterRows(List<Column> kept, List<Column> rows) {
        this.columns =
                IntStream.range(0, rows.size())
                        .filter(i -> kept.contains(rows.get(i)))
                        .mapToObj(
                                i ->
                                        RowData.createFieldGetter(
                                                rows.get(i).getDataType().getLogicalType(), i))
                        .toArray(RowData.FieldGetter[]::new);
    }

    @Override
    public RowData map(DeadLetter<RowData> letter) {
        GenericRowData row = new GenericRowData(columns.length + COLUMNS.size());
        for (int i = 0; i < columns.length; i++) {
            row.setField(i, columns[i].getFieldOrNull(letter.row()));
        }
        int next = columns.length;
        row.setField(next++, StringData.fromString(letter.errorClass().name()));
        row.setField(next++, StringData.fromString(letter.cause()));
        row.setField(next++, StringData.fromString(letter.exception()));
        row.setField(next++, letter.attempts());
        row.setField(next++, StringData.fromString(letter.place()));
        row.setField(next, TimestampData.fromEpochMillis(letter.failedAtMillis()));
        return row;
    }

    /** The failure that a letter tells of. */
    static RowFailedException failure(DeadLetter<RowData> letter) {
        return new RowFailedException(
                letter.errorClass(), letter.attempts(), new IllegalStateException(letter.cause()));
    }
}
