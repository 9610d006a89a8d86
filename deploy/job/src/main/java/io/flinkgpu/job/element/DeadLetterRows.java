package io.flinkgpu.job.element;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.Serializable;
import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.types.Row;
import org.apache.flink.util.OutputTag;

/**
 * Makes the rows in which elements hand on what they could not deal with.
 *
 * <p>All elements' dead letters have one schema, so that one sink takes those of several. {@code
 * row} is the JSON of the row without bytes and arrays.
 */
@PublicEvolving
public final class DeadLetterRows implements Serializable {

    /** The fields of a dead letter, named as {@code DeadLetterFiles} names them. */
    public static final RowSchema SCHEMA =
            RowSchema.of(
                    Field.of("element", FieldType.STRING),
                    Field.of("errorClass", FieldType.STRING),
                    Field.of("exception", FieldType.STRING),
                    Field.of("cause", FieldType.STRING),
                    Field.of("attempts", FieldType.INT),
                    Field.of("place", FieldType.STRING),
                    Field.of("arrivedAt", FieldType.TIMESTAMP),
                    Field.of("failedAt", FieldType.TIMESTAMP),
                    Field.of("row", FieldType.STRING));

    /** The side output in which an element emits its dead letters. */
    public static final OutputTag<Row> TAG = new OutputTag<>("dead-letters", SCHEMA.typeInfo());

    private final String element;
    private final RowJson json;

    /**
     * Makes the dead letters of an element.
     *
     * @param element its name
     * @param input the rows that it takes
     */
    public DeadLetterRows(String element, RowSchema input) {
        this.element = element;
        this.json = new RowJson(input);
    }

    /** The dead letter of a row that failed here and at this moment. */
    public Row of(Row row, String exception, String cause) {
        Instant now = Instant.now();
        return Row.of(
                element,
                "DATA",
                exception,
                cause,
                0,
                "",
                now,
                now,
                json.writeScalars(row).toString());
    }

    /** What fails a job in which nobody takes a dead letter of this element. */
    public IllegalStateException refused(Row letter) {
        return new IllegalStateException(
                "Cannot go on: element '%s' cannot deal with %s: %s. Take its dead letters with input: %s.dead-letters."
                        .formatted(
                                element,
                                letter.getField(SCHEMA.indexOf("row")),
                                letter.getField(SCHEMA.indexOf("cause")),
                                element));
    }

    /** The dead letter of a row that inference gave up. */
    public Row of(DeadLetter<Row> letter) {
        return Row.of(
                element,
                letter.errorClass().toString(),
                letter.exception(),
                letter.cause(),
                letter.attempts(),
                letter.place(),
                Instant.ofEpochMilli(letter.arrivedAtMillis()),
                Instant.ofEpochMilli(letter.failedAtMillis()),
                json.writeScalars(letter.row()).toString());
    }
}
