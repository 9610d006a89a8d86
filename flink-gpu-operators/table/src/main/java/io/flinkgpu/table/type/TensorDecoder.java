package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorRow;
import java.lang.reflect.Array;
import javax.annotation.Nullable;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Reads one output as a single value, as BYTES of uint8, as a flat ARRAY in row-major order, or as
 * ARRAYs nested as deep as the output's rows have axes.
 */
final class TensorDecoder implements ColumnDecoder {

    private static final long serialVersionUID = 1L;

    private final String column;
    private final ElementType element;
    private final int depth;
    private final String output;

    private TensorDecoder(String column, ColumnType type, String output) {
        this.column = column;
        this.element = type.element();
        this.depth = type.depth();
        this.output = output;
    }

    static TensorDecoder of(
            String column, LogicalType type, String output, @Nullable TensorSpec spec) {
        ColumnType columnType =
                ColumnType.of(type)
                        .filter(known -> spec == null || fits(known, spec))
                        .orElseThrow(() -> mismatch(column, type, output, spec));
        return new TensorDecoder(column, columnType, output);
    }

    private static boolean fits(ColumnType type, TensorSpec spec) {
        if (!ElementPairs.columnsFor(spec.dataType()).contains(type.element())) {
            return false;
        }
        Shape row = TensorTypes.rowShape(spec);
        if (type.element() == ElementType.BYTES && spec.dataType() == DataType.UINT8) {
            return type.depth() == 0;
        }
        if (row == null || type.depth() == 1 || type.depth() == row.rank()) {
            return true;
        }
        return type.depth() == 0 && (!row.isKnown() || row.elements() == 1);
    }

    static IllegalArgumentException mismatch(
            String column, LogicalType type, String output, @Nullable TensorSpec spec) {
        String way =
                spec == null
                        ? "No tensor becomes such a value."
                        : "The model's output '%s' gives %s: declare the column %s."
                                .formatted(
                                        output,
                                        spec,
                                        TensorTypes.columnType(spec).asSummaryString());
        return new IllegalArgumentException(
                "Invalid type of column '%s': %s. %s"
                        .formatted(column, type.asSummaryString(), way));
    }

    @Override
    public Object decode(TensorRow answer) {
        DataType type = answer.dataType(output);
        requireFitting(type);
        Object elements = TensorElements.read(output, type, element, answer);
        if (depth == 0) {
            return type == DataType.UINT8 && element == ElementType.BYTES
                    ? elements
                    : only(elements);
        }
        return depth == 1 ? element.toArray(elements) : nested(elements, answer.shape(output));
    }

    /** A model that does not tell gives what it likes. */
    private void requireFitting(DataType type) {
        if (!ElementPairs.columnsFor(type).contains(element)) {
            throw new IllegalArgumentException(
                    "Cannot read output '%s' as column '%s': it is %s, and the column holds %s."
                            .formatted(output, column, type, element));
        }
    }

    private Object only(Object elements) {
        int length = Array.getLength(elements);
        if (length != 1) {
            throw new IllegalArgumentException(
                    "Cannot read output '%s' as column '%s': it has %d elements a row, and the column is %s. Declare it ARRAY<%s>."
                            .formatted(output, column, length, element, element));
        }
        return element.toField(elements, 0);
    }

    private ArrayData nested(Object elements, Shape row) {
        if (row.rank() != depth) {
            throw new IllegalArgumentException(
                    "Cannot read output '%s' as column '%s': its rows have shape %s, and the column's ARRAYs are %d deep."
                            .formatted(output, column, row, depth));
        }
        return NestedArrays.nest(elements, row.toArray(), element);
    }
}
