package io.flinkgpu.job.infer;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import io.flinkgpu.job.row.FieldType;
import java.io.Serializable;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/**
 * Writes one field of a row as one input of a model.
 *
 * @param input the model's
 * @param field its name, for errors
 * @param index its place in a row
 * @param type of the field
 * @param elements of the input
 * @param shape of an array, or of a single value; null: as long as the array is
 */
record InputBinding(
        String input,
        String field,
        int index,
        FieldType type,
        DataType elements,
        @Nullable Shape shape)
        implements Serializable {

    /**
     * Writes the field of a row.
     *
     * @throws IllegalArgumentException if it is null
     */
    void write(Row row, TensorRowWriter writer) {
        Object value = row.getField(index);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Invalid field '%s': null. Input '%s' needs a value.".formatted(field, input));
        }
        switch (type) {
            case STRING -> writer.strings(input, single(), (String) value);
            case STRINGS -> strings((String[]) value, writer);
            case BYTES -> bytes((byte[]) value, writer);
            case BOOLEAN -> booleans(new boolean[] {(Boolean) value}, single(), writer);
            case BOOLEANS -> booleans((boolean[]) value, shape(((boolean[]) value).length), writer);
            case INT -> writer.ints(input, single(), (Integer) value);
            case INTS -> writer.ints(input, shape(((int[]) value).length), (int[]) value);
            case BIGINT -> writer.longs(input, single(), (Long) value);
            case BIGINTS -> writer.longs(input, shape(((long[]) value).length), (long[]) value);
            case FLOAT -> writer.floats(input, single(), (Float) value);
            case FLOATS -> writer.floats(input, shape(((float[]) value).length), (float[]) value);
            case DOUBLE -> writer.doubles(input, single(), (Double) value);
            case DOUBLES ->
                    writer.doubles(input, shape(((double[]) value).length), (double[]) value);
            case TIMESTAMP -> throw new IllegalStateException("Cannot bind a timestamp.");
        }
    }

    private void strings(String[] values, TensorRowWriter writer) {
        writer.strings(input, shape(values.length), values);
    }

    private void bytes(byte[] value, TensorRowWriter writer) {
        if (elements == DataType.UINT8) {
            writer.uint8(input, shape(value.length), value);
        } else {
            writer.bytes(input, single(), new byte[][] {value});
        }
    }

    private void booleans(boolean[] values, Shape rowShape, TensorRowWriter writer) {
        ByteBuffer data = ByteBuffer.allocate(values.length);
        for (boolean value : values) {
            data.put((byte) (value ? 1 : 0));
        }
        writer.write(input, DataType.BOOL, rowShape, data.flip());
    }

    private Shape single() {
        return shape == null ? Shape.scalar() : shape;
    }

    private Shape shape(int length) {
        return shape == null ? Shape.of(length) : shape;
    }
}
