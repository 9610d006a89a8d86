package io.flinkgpu.job.element;

import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Makes a row of each record; what cannot be one becomes a dead letter, or fails the job where
 * nobody takes dead letters. Without state.
 *
 * @param <IN> the records
 */
@PublicEvolving
public final class RowsOrDeadLetters<IN> extends ProcessFunction<IN, Row> {

    /** Makes a row of a record. */
    @FunctionalInterface
    @PublicEvolving
    public interface Conversion<IN> extends Serializable {
        /** The row, or why there is none; what it throws fails the job. */
        Outcome convert(IN record);
    }

    /**
     * What became of a record.
     *
     * @param row the row; of a failure what its dead letter holds
     * @param exception simple name of the failure's class; null after success
     * @param cause of the failure; null after success
     */
    @PublicEvolving
    public record Outcome(Row row, @Nullable String exception, @Nullable String cause) {

        /** A row. */
        public static Outcome of(Row row) {
            return new Outcome(row, null, null);
        }

        /**
         * A failure.
         *
         * @param row what the dead letter holds
         * @param exception the name of the failure's class, full or simple
         */
        public static Outcome failed(Row row, String exception, String cause) {
            return new Outcome(row, exception.substring(exception.lastIndexOf('.') + 1), cause);
        }
    }

    private final Conversion<IN> conversion;
    private final DeadLetterRows deadLetters;
    private final boolean takesDeadLetters;

    /**
     * Makes rows by a conversion.
     *
     * @param deadLetters of the schema of what failed outcomes hold
     * @param takesDeadLetters whether another element takes the dead letters
     */
    public RowsOrDeadLetters(
            Conversion<IN> conversion, DeadLetterRows deadLetters, boolean takesDeadLetters) {
        this.conversion = conversion;
        this.deadLetters = deadLetters;
        this.takesDeadLetters = takesDeadLetters;
    }

    @Override
    public void processElement(IN record, Context context, Collector<Row> out) {
        Outcome outcome = conversion.convert(record);
        if (outcome.cause() == null) {
            out.collect(outcome.row());
            return;
        }
        Row letter = deadLetters.of(outcome.row(), outcome.exception(), outcome.cause());
        if (!takesDeadLetters) {
            throw deadLetters.refused(letter);
        }
        context.output(DeadLetterRows.TAG, letter);
    }
}
