package io.flinkgpu.job.element;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.Serializable;
import java.time.Instant;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.types.Row;
import org.apache.flink.util.OutputTag;

/**
 * Makes the rows in which elements hand on what they could not deal with.
 *
 * <p>All elements' dead letters have one schema, so that one sink takes those of several. {@code
 * row} is the JSON of the row without bytes and arrays. {@code id}, {@code run} and {@code redo}
 * (the redo whose run made it) are filled in behind the element; {@code source} and {@code origin}
 * say of which row of which source it comes, if that is known.
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
                    Field.of("row", FieldType.STRING),
                    Field.of("id", FieldType.STRING),
                    Field.of("run", FieldType.STRING),
                    Field.of("redo", FieldType.STRING),
                    Field.of("source", FieldType.STRING),
                    Field.of("origin", FieldType.STRING));

    private static final int ROW = SCHEMA.indexOf("row");
    private static final int SOURCE = SCHEMA.indexOf("source");
    private static final int ORIGIN = SCHEMA.indexOf("origin");

    /** The side output in which an element emits its dead letters. */
    public static final OutputTag<Row> TAG = new OutputTag<>("dead-letters", SCHEMA.typeInfo());

    private final String element;
    private final RowJson json;
    private final int origin;

    /**
     * Makes the dead letters of an element.
     *
     * @param element its name
     * @param input the rows that it takes
     */
    public DeadLetterRows(String element, RowSchema input) {
        this.element = element;
        this.json = new RowJson(input);
        this.origin = input.indexOf(RowOrigin.FIELD.name());
    }

    /** The dead letter of a row that failed here and at this moment. */
    public Row of(Row row, String exception, String cause) {
        Instant now = Instant.now();
        return of(row, "DATA", exception, cause, 0, "", now, now);
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
        return of(
                letter.row(),
                letter.errorClass().toString(),
                letter.exception(),
                letter.cause(),
                letter.attempts(),
                letter.place(),
                Instant.ofEpochMilli(letter.arrivedAtMillis()),
                Instant.ofEpochMilli(letter.failedAtMillis()));
    }

    private Row of(Row row, Object... failure) {
        Row letter = Row.withPositions(SCHEMA.fields().size());
        letter.setField(0, element);
        for (int i = 0; i < failure.length; i++) {
            letter.setField(i + 1, failure[i]);
        }
        ObjectNode fields = json.writeScalars(row);
        fields.remove(RowOrigin.FIELD.name());
        letter.setField(ROW, fields.toString());
        addOrigin(letter, origin < 0 ? null : (String) row.getField(origin));
        return letter;
    }

    private static void addOrigin(Row letter, @Nullable String origin) {
        if (origin != null) {
            letter.setField(SOURCE, RowOrigin.source(origin));
            letter.setField(ORIGIN, RowOrigin.reference(origin));
        }
    }
}
