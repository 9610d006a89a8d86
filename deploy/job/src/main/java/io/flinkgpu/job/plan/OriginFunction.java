package io.flinkgpu.job.plan;

import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.lang.reflect.Array;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.types.Row;

/**
 * Adds to the rows of a source where they come from; of a row whose reference is large, null.
 *
 * <p>Each row carries it through the whole job.
 */
final class OriginFunction implements MapFunction<Row, Row> {

    static final int LARGEST = 16 << 10;

    private static final long serialVersionUID = 1L;

    private final String prefix;
    private final RowJson json;
    private final int[] places;

    OriginFunction(String prefix, RowSchema rows, RowSchema reference) {
        this.prefix = prefix;
        this.json = new RowJson(reference);
        this.places = reference.names().stream().mapToInt(rows::indexOf).toArray();
    }

    @Override
    public Row map(Row row) {
        Row with = Row.withPositions(row.getArity() + 1);
        for (int i = 0; i < row.getArity(); i++) {
            with.setField(i, row.getField(i));
        }
        Row reference = Row.project(row, places);
        if (isSmall(reference)) {
            with.setField(row.getArity(), prefix + json.write(reference));
        }
        return with;
    }

    private static boolean isSmall(Row reference) {
        long size = 0;
        for (int i = 0; i < reference.getArity(); i++) {
            Object value = reference.getField(i);
            if (value instanceof String text) {
                size += text.length();
            } else if (value != null && value.getClass().isArray()) {
                size += Array.getLength(value);
            }
        }
        return size <= LARGEST;
    }
}
