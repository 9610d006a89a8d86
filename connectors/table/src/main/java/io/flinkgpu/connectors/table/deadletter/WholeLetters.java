package io.flinkgpu.connectors.table.deadletter;

import java.time.Clock;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Makes rows with all fields of a letter of those with a table's columns: what is NULL there gets
 * what it is without a word. Task thread only.
 */
final class WholeLetters extends RichMapFunction<RowData, RowData> {

    private static final long serialVersionUID = 1L;
    private static final StringData EMPTY = StringData.fromString("");
    private static final StringData DATA = StringData.fromString("DATA");
    private static final int MILLIS = 3;

    private final List<LetterField> columns;
    private final Clock clock;
    private transient StringData run;

    WholeLetters(List<LetterField> columns, Clock clock) {
        this.columns = List.copyOf(columns);
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        run = StringData.fromString(getRuntimeContext().getJobInfo().getJobId().toHexString());
    }

    @Override
    public RowData map(RowData row) {
        GenericRowData letter = new GenericRowData(LetterField.values().length);
        for (int i = 0; i < columns.size(); i++) {
            LetterField field = columns.get(i);
            letter.setField(field.position(), value(row, i, field));
        }
        complete(letter);
        return letter;
    }

    private void complete(GenericRowData letter) {
        setDefault(letter, LetterField.ELEMENT, EMPTY);
        setDefault(letter, LetterField.ERROR_CLASS, DATA);
        setDefault(letter, LetterField.EXCEPTION, EMPTY);
        setDefault(letter, LetterField.CAUSE, EMPTY);
        setDefault(letter, LetterField.ATTEMPTS, 0);
        setDefault(letter, LetterField.PLACE, EMPTY);
        setDefault(letter, LetterField.FAILED_AT, TimestampData.fromEpochMillis(clock.millis()));
        setDefault(
                letter, LetterField.ARRIVED_AT, letter.getField(LetterField.FAILED_AT.position()));
        setDefault(letter, LetterField.RUN, run);
    }

    private static void setDefault(
            GenericRowData letter, LetterField field, @Nullable Object value) {
        if (letter.isNullAt(field.position())) {
            letter.setField(field.position(), value);
        }
    }

    @Nullable
    private static Object value(RowData row, int position, LetterField field) {
        if (row.isNullAt(position)) {
            return null;
        }
        return switch (field.kind()) {
            case TEXT, JSON -> row.getString(position);
            case NUMBER -> row.getInt(position);
            case TIME -> row.getTimestamp(position, MILLIS);
        };
    }
}
