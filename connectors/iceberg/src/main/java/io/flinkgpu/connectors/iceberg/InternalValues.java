package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.inference.tensor.Tensor;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Values as Flink's tables hold them inside.
 *
 * <p>A number becomes the column's type, which is the field's own or a wider one ({@link
 * TableEvolution}).
 */
final class InternalValues {

    private InternalValues() {}

    @Nullable
    static Object of(@Nullable Object value, LogicalType type) {
        if (value == null) {
            return null;
        }
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> StringData.fromString(text(value));
            case BOOLEAN, BINARY, VARBINARY -> value;
            case INTEGER -> ((Number) value).intValue();
            case BIGINT -> ((Number) value).longValue();
            case FLOAT -> ((Number) value).floatValue();
            case DOUBLE -> ((Number) value).doubleValue();
            case DATE -> (int) ((LocalDate) value).toEpochDay();
            case TIMESTAMP_WITHOUT_TIME_ZONE ->
                    TimestampData.fromLocalDateTime((LocalDateTime) value);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TimestampData.fromInstant((Instant) value);
            case ARRAY -> array(value, ((ArrayType) type).getElementType());
            default ->
                    throw new IllegalArgumentException(
                            "Cannot write %s: no field has a value for it.".formatted(type));
        };
    }

    private static String text(Object value) {
        return value instanceof Enum<?> constant ? constant.name() : (String) value;
    }

    private static ArrayData array(Object value, LogicalType element) {
        Object elements = value;
        if (value instanceof Tensor tensor) {
            elements = TensorValues.array(tensor);
        } else if (value instanceof List<?> list) {
            elements = list.toArray();
        }
        return switch (element.getTypeRoot()) {
            case FLOAT ->
                    elements instanceof float[] floats
                            ? BinaryArrayData.fromPrimitiveArray(floats)
                            : converted(elements, element);
            case DOUBLE ->
                    elements instanceof double[] doubles
                            ? BinaryArrayData.fromPrimitiveArray(doubles)
                            : converted(elements, element);
            case INTEGER ->
                    elements instanceof int[] ints
                            ? BinaryArrayData.fromPrimitiveArray(ints)
                            : converted(elements, element);
            case BIGINT ->
                    elements instanceof long[] longs
                            ? BinaryArrayData.fromPrimitiveArray(longs)
                            : converted(elements, element);
            default -> converted(elements, element);
        };
    }

    private static ArrayData converted(Object array, LogicalType element) {
        Object[] values = new Object[Array.getLength(array)];
        for (int i = 0; i < values.length; i++) {
            values[i] = of(Array.get(array, i), element);
        }
        return new GenericArrayData(values);
    }
}
