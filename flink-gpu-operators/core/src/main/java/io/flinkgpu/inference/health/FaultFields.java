package io.flinkgpu.inference.health;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** The fields of a fault as text, for files, tables and pages. */
@Internal
public final class FaultFields {

    private FaultFields() {}

    /** Name and text of each field, in order; the fields of a record stand in its place. */
    public static Map<String, String> of(FaultEvent event) {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, event);
        return fields;
    }

    private static void put(Map<String, String> fields, Object part) {
        for (RecordComponent field : part.getClass().getRecordComponents()) {
            Object value = valueOf(field, part);
            if (value instanceof Record) {
                put(fields, value);
            } else {
                fields.put(field.getName(), String.valueOf(value));
            }
        }
    }

    private static Object valueOf(RecordComponent field, Object part) {
        try {
            return field.getAccessor().invoke(part);
        } catch (ReflectiveOperationException unreadable) {
            throw new IllegalStateException("Cannot read " + field + " of " + part, unreadable);
        }
    }
}
