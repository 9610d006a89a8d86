package io.flinkgpu.job.kafka;

import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/**
 * A field of a row as bytes: its own, or its text in UTF-8.
 *
 * @param index of the field
 */
record FieldBytes(int index) implements Serializable {

    /**
     * The field of a name; adds a problem where there is none, or it is an array.
     *
     * @param at where the file names it
     */
    static Optional<FieldBytes> of(String name, ElementContext context, Value at) {
        Optional<Field> field = context.requireInput(name, at);
        if (field.isPresent()
                && !field.get().type().isScalar()
                && field.get().type() != FieldType.BYTES) {
            at.problem(
                    "Invalid field '%s' in %s: it is %s. Name one that is a single value or bytes."
                            .formatted(name, at.subject(), field.get().type()));
            return Optional.empty();
        }
        return field.map(found -> new FieldBytes(context.input().indexOf(name)));
    }

    @Nullable
    byte[] of(Row row) {
        Object value = row.getField(index);
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }
}
