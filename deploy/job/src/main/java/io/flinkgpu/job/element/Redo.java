package io.flinkgpu.job.element;

import io.flinkgpu.job.row.RowSchema;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * How a source makes a row again whose descendant has become a dead letter.
 *
 * @param reference the fields of its rows that dead letters keep for that: what tells where the row
 *     is, or all of it
 * @param readsAgain whether the row is read again where it is. Then a row that could not be read is
 *     tried again as well; its dead letter must have the fields of the reference
 * @param builder adds what makes the rows in place of the source; its input has the fields of the
 *     reference
 */
@PublicEvolving
public record Redo(
        RowSchema reference, boolean readsAgain, Function<BuildContext, ElementOutput> builder) {

    /** A source that reads the row again at the place that some of its fields name. */
    public static Redo byReference(
            RowSchema reference, Function<BuildContext, ElementOutput> builder) {
        return new Redo(reference, true, builder);
    }

    /** Rows that are kept as they are. */
    static Redo byValue(RowSchema rows) {
        return new Redo(
                rows,
                false,
                context ->
                        ElementOutput.withDeadLetters(
                                context.place(
                                        context.input()
                                                .process(new PassRows())
                                                .returns(rows.typeInfo()))));
    }

    /** Makes the rows of an element whose dead letters are none. */
    public ElementOutput build(BuildContext context, DataStream<Row> references) {
        return builder.apply(context.withRows(references));
    }

    /** A function, so that there is a side output for the dead letters that nobody makes. */
    private static final class PassRows extends ProcessFunction<Row, Row> {

        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Row row, Context context, Collector<Row> out) {
            out.collect(row);
        }
    }
}
