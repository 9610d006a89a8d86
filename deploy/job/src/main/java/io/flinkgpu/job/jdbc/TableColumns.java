package io.flinkgpu.job.jdbc;

import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.row.FieldType;
import java.util.List;
import java.util.Map;

/**
 * Which field goes to which column.
 *
 * @param types of the fields, by the names of columns, in their order
 * @param fields places in rows, by the names of columns
 * @param keys columns of the key
 */
record TableColumns(Map<String, FieldType> types, Map<String, Integer> fields, List<String> keys) {

    /**
     * Adds a problem for each key that is no column, and each column that would be an array.
     *
     * @return whether there are none
     */
    boolean check(Value keyAt, Value at) {
        boolean fits = true;
        for (String key : keys) {
            if (!fields.containsKey(key)) {
                fits = false;
                keyAt.problem(
                        "Invalid column '%s' in %s: no field goes to it. %s"
                                .formatted(
                                        key,
                                        keyAt.subject(),
                                        NearestName.suggest(key, List.copyOf(fields.keySet()))));
            }
        }
        for (Map.Entry<String, FieldType> column : types.entrySet()) {
            FieldType type = column.getValue();
            if (!type.isScalar() && type != FieldType.BYTES) {
                fits = false;
                at.problem(
                        "Invalid column '%s' of %s: its field is %s, which no column takes. Leave it out with columns, or make it one value with a map step."
                                .formatted(column.getKey(), at.subject(), type));
            }
        }
        return fits;
    }
}
