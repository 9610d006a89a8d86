package io.flinkgpu.job.expression;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.types.Row;

/**
 * Rows whose arrays of numbers have primitive elements, as fields hold them; the Table API boxes
 * those of which it thinks that they may be null.
 */
final class PrimitiveArrays implements MapFunction<Row, Row> {

    private final String[] names;
    private final FieldType[] types;

    PrimitiveArrays(RowSchema schema) {
        List<Field> fields = schema.fields();
        names = schema.names().toArray(String[]::new);
        types = fields.stream().map(Field::type).toArray(FieldType[]::new);
    }

    @Override
    public Row map(Row row) {
        Row plain = Row.withPositions(types.length);
        for (int i = 0; i < types.length; i++) {
            plain.setField(i, plain(i, row.getField(i)));
        }
        return plain;
    }

    @Nullable
    private Object plain(int index, @Nullable Object value) {
        try {
            return switch (types[index]) {
                case BOOLEANS -> value instanceof Boolean[] boxed ? booleans(boxed) : value;
                case INTS ->
                        value instanceof Integer[] boxed
                                ? Arrays.stream(boxed).mapToInt(Integer::intValue).toArray()
                                : value;
                case BIGINTS ->
                        value instanceof Long[] boxed
                                ? Arrays.stream(boxed).mapToLong(Long::longValue).toArray()
                                : value;
                case FLOATS -> value instanceof Float[] boxed ? floats(boxed) : value;
                case DOUBLES ->
                        value instanceof Double[] boxed
                                ? Arrays.stream(boxed).mapToDouble(Double::doubleValue).toArray()
                                : value;
                default -> value;
            };
        } catch (NullPointerException hole) {
            throw new IllegalArgumentException(
                    "Invalid field '%s': an element of the array is null. Use COALESCE."
                            .formatted(names[index]),
                    hole);
        }
    }

    private static boolean[] booleans(Boolean[] boxed) {
        boolean[] values = new boolean[boxed.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = boxed[i];
        }
        return values;
    }

    private static float[] floats(Float[] boxed) {
        float[] values = new float[boxed.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = boxed[i];
        }
        return values;
    }
}
