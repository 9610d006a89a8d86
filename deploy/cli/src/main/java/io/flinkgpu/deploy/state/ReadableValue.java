package io.flinkgpu.deploy.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.java.tuple.Tuple;
import org.apache.flink.types.Row;

/**
 * A value of any type as JSON for people: what is long is cut, and says so.
 *
 * <p>Rows, tuples, records and classes without a {@code toString} of their own become objects and
 * lists of their fields, all others text.
 */
final class ReadableValue {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_ELEMENTS = 8;
    private static final int MAX_TEXT = 200;

    private ReadableValue() {}

    static JsonNode of(Object value) {
        return of(value, 0);
    }

    private static JsonNode of(Object value, int depth) {
        if (value == null) {
            return JSON.nullNode();
        }
        if (value instanceof Boolean truth) {
            return JSON.booleanNode(truth);
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (value instanceof byte[] bytes) {
            return bytes(bytes);
        }
        if (depth >= MAX_DEPTH) {
            return text(value);
        }
        if (value.getClass().isArray()) {
            return array(value, depth);
        }
        if (value instanceof Collection<?> list) {
            return list(list.iterator(), list.size(), depth);
        }
        return value instanceof Map<?, ?> map ? map(map, depth) : structure(value, depth);
    }

    private static JsonNode structure(Object value, int depth) {
        if (value instanceof Row row) {
            return row(row, depth);
        }
        if (value instanceof Tuple tuple) {
            ArrayNode list = JSON.arrayNode();
            for (int i = 0; i < tuple.getArity(); i++) {
                list.add(of(tuple.getField(i), depth + 1));
            }
            return list;
        }
        return value.getClass().isRecord() || !hasText(value) ? fields(value, depth) : text(value);
    }

    private static JsonNode number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            return JSON.numberNode(number.doubleValue());
        }
        if (number instanceof BigDecimal decimal) {
            return JSON.numberNode(decimal);
        }
        return number instanceof BigInteger integer
                ? JSON.numberNode(integer)
                : JSON.numberNode(number.longValue());
    }

    private static JsonNode bytes(byte[] bytes) {
        if (bytes.length <= MAX_ELEMENTS) {
            return JSON.textNode(HexFormat.of().formatHex(bytes));
        }
        return JSON.textNode(
                "%s... %d bytes"
                        .formatted(HexFormat.of().formatHex(bytes, 0, MAX_ELEMENTS), bytes.length));
    }

    private static JsonNode array(Object array, int depth) {
        ArrayNode list = JSON.arrayNode();
        int length = Array.getLength(array);
        for (int i = 0; i < Math.min(length, MAX_ELEMENTS); i++) {
            list.add(of(Array.get(array, i), depth + 1));
        }
        return noteRest(list, length);
    }

    private static JsonNode list(Iterator<?> elements, int size, int depth) {
        ArrayNode list = JSON.arrayNode();
        while (elements.hasNext() && list.size() < MAX_ELEMENTS) {
            list.add(of(elements.next(), depth + 1));
        }
        return noteRest(list, size);
    }

    private static ArrayNode noteRest(ArrayNode list, int size) {
        if (size > MAX_ELEMENTS) {
            list.add("... %d more".formatted(size - MAX_ELEMENTS));
        }
        return list;
    }

    private static JsonNode map(Map<?, ?> map, int depth) {
        ObjectNode object = JSON.objectNode();
        map.entrySet().stream()
                .limit(MAX_ELEMENTS)
                .forEach(
                        entry ->
                                object.set(
                                        String.valueOf(entry.getKey()),
                                        of(entry.getValue(), depth + 1)));
        if (map.size() > MAX_ELEMENTS) {
            object.put("...", "%d more".formatted(map.size() - MAX_ELEMENTS));
        }
        return object;
    }

    private static JsonNode row(Row row, int depth) {
        Set<String> names = row.getFieldNames(true);
        if (names == null) {
            ArrayNode list = JSON.arrayNode();
            for (int i = 0; i < row.getArity(); i++) {
                list.add(of(row.getField(i), depth + 1));
            }
            return list;
        }
        ObjectNode object = JSON.objectNode();
        names.forEach(name -> object.set(name, of(row.getField(name), depth + 1)));
        return object;
    }

    private static boolean hasText(Object value) {
        try {
            return value.getClass().getMethod("toString").getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonNode fields(Object value, int depth) {
        ObjectNode object = JSON.objectNode();
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers())) {
                    object.set(field.getName(), field(field, value, depth));
                }
            }
        }
        return object;
    }

    private static JsonNode field(Field field, Object owner, int depth) {
        try {
            field.setAccessible(true);
            return of(field.get(owner), depth + 1);
        } catch (InaccessibleObjectException | IllegalAccessException hidden) {
            return JSON.textNode("(not accessible)");
        }
    }

    private static JsonNode text(Object value) {
        String text = String.valueOf(value);
        return JSON.textNode(
                text.length() <= MAX_TEXT
                        ? text
                        : "%s... %d characters"
                                .formatted(text.substring(0, MAX_TEXT), text.length()));
    }
}
