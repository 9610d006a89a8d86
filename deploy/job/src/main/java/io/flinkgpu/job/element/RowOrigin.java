package io.flinkgpu.job.element;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The field in which a row carries where it came from, so that its dead letter can be redone.
 *
 * <p>Sources of files whose dead letters somebody takes emit it, steps hand it on as they do with
 * other fields of their input, and sinks do not see it. Where a step loses it, the dead letters of
 * those behind it cannot be redone.
 */
@PublicEvolving
public final class RowOrigin {

    /** What names begin with that are hidden from people. */
    public static final String HIDDEN = "__";

    /** The field: the name of the source, a colon, and the JSON of the source's reference. */
    public static final Field FIELD = Field.of(HIDDEN + "origin", FieldType.STRING);

    private RowOrigin() {}

    /** A schema without the field. */
    public static RowSchema visible(RowSchema schema) {
        return schema.without(Set.of(FIELD.name()));
    }

    /** The fields that a step makes, and the origin of its input, if it has one. */
    public static RowSchema carry(RowSchema input, RowSchema output) {
        boolean isMissing =
                input.find(FIELD.name()).isPresent() && output.find(FIELD.name()).isEmpty();
        return isMissing ? output.with(List.of(FIELD)) : output;
    }
}
