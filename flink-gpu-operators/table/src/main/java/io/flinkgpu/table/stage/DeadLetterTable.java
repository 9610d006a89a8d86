package io.flinkgpu.table.stage;

import io.flinkgpu.inference.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;

/**
 * The table of another connector that takes rows which fail, made of the options {@code
 * dead-letters.*}.
 *
 * @param table with the columns of {@link DeadLetterRows}
 * @param kept those that a row has without the model
 */
record DeadLetterTable(InnerTable table, List<Column> kept) {

    private static final String PART = "dead-letters";

    /**
     * The table, if the options describe one.
     *
     * @throws ValidationException if a column of a row is named as one of a failure
     */
    static Optional<DeadLetterTable> of(DynamicTableFactory.Context context, List<Column> kept) {
        List<Column> columns = new ArrayList<>(kept);
        columns.addAll(DeadLetterRows.COLUMNS);
        InnerTable table =
                new InnerTable(
                        context,
                        InferenceTableOptions.DEAD_LETTERS,
                        InnerTable.schema(List.copyOf(columns), null));
        if (table.options().isEmpty()) {
            return Optional.empty();
        }
        List<String> names = kept.stream().map(Column::getName).toList();
        String clashes =
                DeadLetterRows.COLUMNS.stream()
                        .map(Column::getName)
                        .filter(names::contains)
                        .collect(Collectors.joining(", "));
        if (!clashes.isEmpty()) {
            throw new ValidationException(
                    "Invalid column of a table with dead-letters.*: %s. Dead letters have a column of that name: rename yours."
                            .formatted(clashes));
        }
        return Optional.of(new DeadLetterTable(table, kept));
    }

    /** Opens it for letters with rows of a schema. */
    Opened open(ResolvedSchema rows, boolean isBounded) {
        return new Opened(
                table,
                InnerSink.of(table, table.sink(), isBounded),
                new DeadLetterRows(kept, rows.getColumns()));
    }

    /** The table with the way into it. */
    record Opened(InnerTable table, InnerSink sink, DeadLetterRows rows) {

        /**
         * Writes letters.
         *
         * @param results whose type the stream that is returned has
         * @return a stream without rows, which keeps the table in the job
         */
        DataStream<RowData> write(
                DataStream<DeadLetter<RowData>> letters,
                TypeInformation<RowData> results,
                StageUids uids) {
            DataStream<RowData> all =
                    letters.map(rows)
                            .returns(table.type())
                            .uid(uids.of(PART + "-rows", " " + PART + " rows"))
                            .name("dead letters");
            return new PassedSink(table, uids.of(PART, " " + PART), results)
                    .write(sink, uids, PART, all);
        }
    }
}
