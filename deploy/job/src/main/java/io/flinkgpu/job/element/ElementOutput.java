package io.flinkgpu.job.element;

import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * The streams that leave an element which was built.
 *
 * @param rows null for a sink
 * @param deadLetters rows of {@link DeadLetterRows#SCHEMA}; null where it has none
 */
@PublicEvolving
public record ElementOutput(@Nullable DataStream<Row> rows, @Nullable DataStream<Row> deadLetters) {

    static final ElementOutput NONE = new ElementOutput(null, null);

    /** Rows alone. */
    public static ElementOutput of(DataStream<Row> rows) {
        return new ElementOutput(rows, null);
    }

    /** Rows and the side output {@link DeadLetterRows#TAG} of the same operator. */
    public static ElementOutput withDeadLetters(SingleOutputStreamOperator<Row> rows) {
        return new ElementOutput(rows, rows.getSideOutput(DeadLetterRows.TAG));
    }
}
