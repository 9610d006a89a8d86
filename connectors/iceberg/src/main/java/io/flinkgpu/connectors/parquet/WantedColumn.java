package io.flinkgpu.connectors.parquet;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A column that is read.
 *
 * @param field what it is called in the records
 * @param column its name in the files
 * @param type of its values, or of the elements of its lists
 * @param isList whether each value is a list, which becomes an array
 */
record WantedColumn(String field, String column, ElementType type, boolean isList)
        implements Serializable {

    /**
     * A column for values of a type of Flink's.
     *
     * @throws IllegalArgumentException if no column gives such values
     */
    static WantedColumn of(String field, String column, TypeInformation<?> type) {
        for (ElementType element : ElementType.values()) {
            if (type.equals(element.typeInfo())) {
                return new WantedColumn(field, column, element, false);
            }
            if (element.arrayTypeInfo().filter(type::equals).isPresent()) {
                return new WantedColumn(field, column, element, true);
            }
        }
        throw new IllegalArgumentException(
                "Invalid type of field '%s': %s. It must be that of String, Boolean, Integer, Long, Float, Double, byte[] or Instant, or of an array of strings, or of numbers or booleans that are primitive."
                        .formatted(field, type));
    }

    /** What the records have for it. */
    TypeInformation<?> typeInfo() {
        return isList ? type.arrayTypeInfo().orElseThrow() : type.typeInfo();
    }

    @Override
    public String toString() {
        return isList ? "a list of " + type : type.toString();
    }
}
