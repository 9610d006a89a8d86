package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Writes one column of a row as one input of a model. Immutable.
 *
 * <p>A single value becomes a row of one element, an ARRAY nested as deep as the input's rows have
 * axes a row of that shape, a flat ARRAY the same in row-major order where the shape is known.
 */
@Internal
public final class ColumnEncoder implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String column;
    private final int index;
    private final ElementType element;
    private final int depth;
    private final String input;
    private final DataType elements;

    /** Of the input, with open axes; null: any. */
    @Nullable private final Shape expected;

    /** Of every row; null: as the value is nested. */
    @Nullable private final Shape fixed;

    private ColumnEncoder(
            Column column, ColumnType type, String input, DataType elements, @Nullable Shape row) {
        this.column = column.name();
        this.index = column.index();
        this.element = type.element();
        this.depth = isRaw(type.element(), elements) ? 1 : type.depth();
        this.input = input;
        this.elements = elements;
        this.expected = row;
        this.fixed = fixed(row, depth);
    }

    private record Column(String name, int index) {}

    /**
     * Binds a column to an input.
     *
     * @param index of the column in the rows
     * @param spec of the input; null: the model does not tell
     * @throws IllegalArgumentException if the column's values cannot be given as the input's,
     *     naming both
     */
    public static ColumnEncoder of(
            String column, int index, LogicalType type, String input, @Nullable TensorSpec spec) {
        ColumnType columnType =
                ColumnType.of(type).orElseThrow(() -> mismatch(column, type, input, spec));
        Shape row = TensorTypes.rowShape(spec);
        DataType elements =
                elements(columnType, spec)
                        .filter(tensor -> fits(columnType, tensor, row))
                        .orElseThrow(() -> mismatch(column, type, input, spec));
        return new ColumnEncoder(new Column(column, index), columnType, input, elements, row);
    }

    private static Optional<DataType> elements(ColumnType type, @Nullable TensorSpec spec) {
        List<DataType> possible = ElementPairs.tensorsFor(type.element());
        return possible.stream()
                .filter(tensor -> spec == null || tensor == spec.dataType())
                .findFirst();
    }

    private static boolean fits(ColumnType type, DataType elements, @Nullable Shape row) {
        if (isRaw(type.element(), elements)) {
            return type.depth() == 0 && (row == null || row.rank() == 1 || row.isKnown());
        }
        if (row == null || type.depth() == row.rank()) {
            return true;
        }
        return type.depth() == 0
                ? isOneElement(row)
                : type.depth() == 1 && row.isKnown() && row.rank() > 0;
    }

    /** Numbers of type uint8 in a row, side by side in BYTES. */
    private static boolean isRaw(ElementType element, DataType elements) {
        return element == ElementType.BYTES && elements == DataType.UINT8;
    }

    private static boolean isOneElement(Shape row) {
        return Arrays.stream(row.toArray())
                .allMatch(length -> length == 1 || length == Shape.UNKNOWN);
    }

    @Nullable
    private static Shape fixed(@Nullable Shape row, int depth) {
        if (depth == 0) {
            long[] ones = new long[row == null ? 0 : row.rank()];
            Arrays.fill(ones, 1);
            return Shape.of(ones);
        }
        return depth == 1 && row != null && row.isKnown() ? row : null;
    }

    private static IllegalArgumentException mismatch(
            String column, LogicalType type, String input, @Nullable TensorSpec spec) {
        String way =
                spec == null
                        ? "No tensor holds such values: CAST them."
                        : "The model's input '%s' takes %s: declare the column %s and CAST what goes in."
                                .formatted(
                                        input,
                                        spec,
                                        TensorTypes.columnType(spec).asSummaryString());
        return new IllegalArgumentException(
                "Invalid type of column '%s': %s. %s"
                        .formatted(column, type.asSummaryString(), way));
    }

    /**
     * Writes the column of a row.
     *
     * @throws IllegalArgumentException if the value is NULL, an element is, its arrays are not of
     *     the input's lengths, or an unsigned input cannot hold it
     */
    public void encode(RowData row, TensorRowWriter writer) {
        if (row.isNullAt(index)) {
            throw invalid("it is NULL");
        }
        try {
            if (depth == 0) {
                TensorElements.write(input, elements, fixed, element.only(row, index), writer);
            } else if (isRaw(element, elements)) {
                write(row.getBinary(index), writer);
            } else {
                writeArray(row.getArray(index), writer);
            }
        } catch (IllegalArgumentException reason) {
            throw invalid(reason.getMessage());
        }
    }

    private void writeArray(ArrayData array, TensorRowWriter writer) {
        if (depth == 1) {
            write(NestedArrays.flatten(array, new long[] {array.size()}, element), writer);
            return;
        }
        long[] lengths = NestedArrays.lengths(array, depth);
        Shape shape = Shape.of(lengths);
        if (expected != null && !expected.accepts(shape)) {
            throw new IllegalArgumentException("its shape is " + shape);
        }
        Object values = NestedArrays.flatten(array, lengths, element);
        TensorElements.write(input, elements, shape, values, writer);
    }

    /** One array in row-major order. */
    private void write(Object values, TensorRowWriter writer) {
        int length = Array.getLength(values);
        if (fixed != null && fixed.elements() != length) {
            throw new IllegalArgumentException("it has %d elements".formatted(length));
        }
        Shape shape = fixed == null ? Shape.of(length) : fixed;
        TensorElements.write(input, elements, shape, values, writer);
    }

    private IllegalArgumentException invalid(String reason) {
        return new IllegalArgumentException(
                "Invalid value of column '%s': %s. Input '%s' takes %s of %s."
                        .formatted(
                                column,
                                reason,
                                input,
                                expected == null ? "a row" : expected,
                                elements));
    }
}
