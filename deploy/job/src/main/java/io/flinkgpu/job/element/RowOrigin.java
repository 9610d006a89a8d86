package io.flinkgpu.job.element;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
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

    /**
     * The field: the name of the source, a colon, and the JSON of the source's reference. In a redo
     * a {@code #} and the number of the row's group stand behind the name.
     */
    public static final Field FIELD = Field.of(HIDDEN + "origin", FieldType.STRING);

    private static final char END = ':';
    private static final char GROUP = '#';

    private RowOrigin() {}

    /** What the origins of a source's rows begin with. */
    @Internal
    public static String prefix(String source) {
        return source + END;
    }

    /** The same in a group of a redo. */
    @Internal
    public static String prefix(String source, int group) {
        return source + GROUP + group + END;
    }

    /** The group of a row in a redo; -1: not known. */
    @Internal
    public static int group(@Nullable String origin) {
        if (origin == null) {
            return -1;
        }
        String prefix = origin.substring(0, origin.indexOf(END));
        int group = prefix.indexOf(GROUP);
        return group < 0 ? -1 : Integer.parseInt(prefix.substring(group + 1));
    }

    static String source(String origin) {
        String prefix = origin.substring(0, origin.indexOf(END));
        int group = prefix.indexOf(GROUP);
        return group < 0 ? prefix : prefix.substring(0, group);
    }

    static String reference(String origin) {
        return origin.substring(origin.indexOf(END) + 1);
    }

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
