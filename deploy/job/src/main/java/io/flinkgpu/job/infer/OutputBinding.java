package io.flinkgpu.job.infer;

import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import java.io.Serializable;
import java.lang.reflect.Array;
import javax.annotation.Nullable;

/**
 * Reads one output of a model as a field of a row.
 *
 * @param field its name
 * @param type of the field
 * @param output the model's
 * @param elements of the output
 * @param shape of the output's rows; null where it is not known
 */
record OutputBinding(
        String field, FieldType type, String output, DataType elements, @Nullable Shape shape)
        implements Serializable {

    Field toField() {
        boolean isArray = !type.isScalar() && shape != null && shape.isKnown();
        return new Field(field, type, isArray ? shape : null);
    }

    /**
     * The field's value.
     *
     * @throws SignatureMismatchException if the output has no single element and the field takes
     *     one
     */
    Object read(TensorRow answer) {
        return switch (type) {
            case STRINGS -> answer.strings(output);
            case BOOLEANS -> answer.booleans(output);
            case INTS -> answer.ints(output);
            case BIGINTS -> answer.longs(output);
            case FLOATS -> answer.floats(output);
            case DOUBLES -> answer.doubles(output);
            case BYTES ->
                    elements == DataType.UINT8 ? answer.uint8s(output) : only(answer.bytes(output));
            case STRING -> only(answer.strings(output));
            case BOOLEAN -> only(answer.booleans(output));
            case INT -> only(answer.ints(output));
            case BIGINT -> only(answer.longs(output));
            case FLOAT -> only(answer.floats(output));
            case DOUBLE -> only(answer.doubles(output));
            case TIMESTAMP -> throw new IllegalStateException("Cannot bind a timestamp.");
        };
    }

    private Object only(Object values) {
        int length = Array.getLength(values);
        if (length != 1) {
            throw new SignatureMismatchException(
                    "Cannot read output '%s' as field '%s': it has %d elements a row, and the field is %s. Give the field the type array<%s>."
                            .formatted(output, field, length, type, type));
        }
        return Array.get(values, 0);
    }
}
