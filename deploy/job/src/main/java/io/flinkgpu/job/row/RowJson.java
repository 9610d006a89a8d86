package io.flinkgpu.job.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.types.Row;

/**
 * Rows as JSON objects and back.
 *
 * <p>Bytes are Base64 text, timestamps ISO-8601 text in UTC; numbers that JSON does not have (NaN
 * and the infinities) become null.
 */
@PublicEvolving
public final class RowJson implements Serializable {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String[] names;
    private final FieldType[] types;

    /** Reads and writes rows of a schema. */
    public RowJson(RowSchema schema) {
        names = schema.names().toArray(String[]::new);
        types = schema.fields().stream().map(Field::type).toArray(FieldType[]::new);
    }

    /** A row as an object with all fields. */
    public ObjectNode write(Row row) {
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < names.length; i++) {
            object.set(names[i], write(row.getField(i), types[i]));
        }
        return object;
    }

    /** A row as an object that tells it from others: without bytes and arrays. */
    public ObjectNode writeScalars(Row row) {
        ObjectNode object = NODES.objectNode();
        for (int i = 0; i < names.length; i++) {
            if (types[i].isScalar()) {
                object.set(names[i], write(row.getField(i), types[i]));
            }
        }
        return object;
    }

    /**
     * An object as a row; keys that are missing become null, and others are left out.
     *
     * @throws IllegalArgumentException if a value is of another type
     */
    public Row read(JsonNode object) {
        Row row = Row.withPositions(names.length);
        for (int i = 0; i < names.length; i++) {
            row.setField(i, read(names[i], object.path(names[i]), types[i]));
        }
        return row;
    }

    private static JsonNode write(@Nullable Object value, FieldType type) {
        if (value == null) {
            return NODES.nullNode();
        }
        return switch (type) {
            case STRING, TIMESTAMP -> NODES.textNode(value.toString());
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case INT -> NODES.numberNode((Integer) value);
            case BIGINT -> NODES.numberNode((Long) value);
            case FLOAT -> number((Float) value);
            case DOUBLE -> number((Double) value);
            case BYTES -> NODES.binaryNode((byte[]) value);
            case STRINGS, BOOLEANS, INTS, BIGINTS, FLOATS, DOUBLES -> array(value);
        };
    }

    private static JsonNode number(float value) {
        return Float.isFinite(value) ? NODES.numberNode(value) : NODES.nullNode();
    }

    private static JsonNode number(double value) {
        return Double.isFinite(value) ? NODES.numberNode(value) : NODES.nullNode();
    }

    private static ArrayNode array(Object values) {
        ArrayNode array = NODES.arrayNode();
        if (values instanceof float[] floats) {
            for (float value : floats) {
                array.add(number(value));
            }
        } else if (values instanceof double[] doubles) {
            for (double value : doubles) {
                array.add(number(value));
            }
        } else if (values instanceof int[] ints) {
            for (int value : ints) {
                array.add(value);
            }
        } else if (values instanceof long[] longs) {
            for (long value : longs) {
                array.add(value);
            }
        } else if (values instanceof boolean[] booleans) {
            for (boolean value : booleans) {
                array.add(value);
            }
        } else {
            for (String value : (String[]) values) {
                array.add(value);
            }
        }
        return array;
    }

    @Nullable
    private static Object read(String name, JsonNode node, FieldType type) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        boolean fits = type.isScalar() || type == FieldType.BYTES || node.isArray();
        Object value = fits ? readPresent(node, type) : null;
        if (value == null) {
            throw new IllegalArgumentException(
                    "Invalid field '%s': %s. It must be %s.".formatted(name, shown(node), type));
        }
        return value;
    }

    @Nullable
    private static Object readPresent(JsonNode node, FieldType type) {
        return switch (type) {
            case STRING -> node.isTextual() ? node.textValue() : null;
            case BOOLEAN -> node.isBoolean() ? node.booleanValue() : null;
            case INT -> node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null;
            case BIGINT ->
                    node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null;
            case FLOAT -> node.isNumber() ? node.floatValue() : null;
            case DOUBLE -> node.isNumber() ? node.doubleValue() : null;
            case BYTES -> bytes(node);
            case TIMESTAMP -> instant(node);
            case STRINGS -> all(node, FieldType.STRING) ? strings(node) : null;
            case BOOLEANS -> all(node, FieldType.BOOLEAN) ? booleans(node) : null;
            case INTS -> all(node, FieldType.INT) ? ints(node) : null;
            case BIGINTS -> all(node, FieldType.BIGINT) ? longs(node) : null;
            case FLOATS -> all(node, FieldType.FLOAT) ? floats(node) : null;
            case DOUBLES -> all(node, FieldType.DOUBLE) ? doubles(node) : null;
        };
    }

    @Nullable
    private static byte[] bytes(JsonNode node) {
        try {
            return node.isTextual() ? node.binaryValue() : null;
        } catch (IOException noBase64) {
            return null;
        }
    }

    @Nullable
    private static Instant instant(JsonNode node) {
        try {
            return node.isTextual() ? Instant.parse(node.textValue()) : null;
        } catch (DateTimeException noTime) {
            return null;
        }
    }

    private static String[] strings(JsonNode node) {
        String[] values = new String[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).textValue();
        }
        return values;
    }

    private static boolean[] booleans(JsonNode node) {
        boolean[] values = new boolean[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).booleanValue();
        }
        return values;
    }

    private static boolean all(JsonNode array, FieldType element) {
        for (JsonNode item : array) {
            if (readPresent(item, element) == null) {
                return false;
            }
        }
        return true;
    }

    private static int[] ints(JsonNode node) {
        int[] values = new int[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).intValue();
        }
        return values;
    }

    private static long[] longs(JsonNode node) {
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).longValue();
        }
        return values;
    }

    private static float[] floats(JsonNode node) {
        float[] values = new float[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).floatValue();
        }
        return values;
    }

    private static double[] doubles(JsonNode node) {
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).doubleValue();
        }
        return values;
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
