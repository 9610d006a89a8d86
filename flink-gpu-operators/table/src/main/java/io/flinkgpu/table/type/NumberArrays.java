package io.flinkgpu.table.type;

import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Reads ARRAYs of numbers, nested or not, of one SQL type. Immutable. */
@Internal
public final class NumberArrays implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Set<ElementType> NOT_NUMBERS =
            EnumSet.of(ElementType.BOOLEAN, ElementType.STRING, ElementType.BYTES);

    private final ElementType element;

    private NumberArrays(ElementType element) {
        this.element = element;
    }

    /** The reader of a type; empty unless it is a flat ARRAY of numbers. */
    public static Optional<NumberArrays> of(LogicalType type) {
        return ColumnType.of(type)
                .filter(known -> known.depth() == 1 && !NOT_NUMBERS.contains(known.element()))
                .map(known -> new NumberArrays(known.element()));
    }

    /** How many ARRAYs a type has around its elements; 0 if it is none. */
    public static int depth(LogicalType type) {
        int depth = 0;
        for (LogicalType inner = type;
                inner.is(LogicalTypeRoot.ARRAY);
                inner = inner.getChildren().get(0)) {
            depth++;
        }
        return depth;
    }

    /**
     * The lengths of nested ARRAYs, outermost first.
     *
     * @throws IllegalArgumentException if the ARRAYs at one depth differ in length, or one is NULL
     */
    public static int[] shape(ArrayData array, int depth) {
        long[] lengths = NestedArrays.lengths(array, depth);
        NestedArrays.requireLengths(array, lengths);
        return Arrays.stream(lengths).mapToInt(Math::toIntExact).toArray();
    }

    /** The type of an element. */
    public LogicalType elementType() {
        return element.logicalType();
    }

    /**
     * All numbers; those of BIGINT beyond 2^53 are rounded.
     *
     * @throws IllegalArgumentException if one is NULL
     */
    public double[] doubles(ArrayData array) {
        return Widening.doubles(elements(array));
    }

    /** The numbers at some places, as fields of rows. */
    public Object[] pick(ArrayData array, int[] places) {
        Object elements = elements(array);
        return Arrays.stream(places).mapToObj(at -> element.toField(elements, at)).toArray();
    }

    private Object elements(ArrayData array) {
        return NestedArrays.flatten(array, new long[] {array.size()}, element);
    }
}
