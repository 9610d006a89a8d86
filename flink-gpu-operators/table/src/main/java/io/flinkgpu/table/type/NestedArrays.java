package io.flinkgpu.table.type;

import java.util.Arrays;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.binary.BinaryArrayData;

/** Arrays in arrays, all those of an axis of one length, as one array in row-major order. */
final class NestedArrays {

    private NestedArrays() {}

    /**
     * The lengths of the axes, outermost first, by the first array of each.
     *
     * @throws IllegalArgumentException if that is NULL
     */
    static long[] lengths(ArrayData array, int depth) {
        long[] lengths = new long[depth];
        ArrayData first = array;
        for (int axis = 0; axis < depth; axis++) {
            lengths[axis] = first.size();
            if (axis + 1 == depth || first.size() == 0) {
                break;
            }
            requireValue(first, 0);
            first = first.getArray(0);
        }
        return lengths;
    }

    /**
     * All elements.
     *
     * @throws IllegalArgumentException if one is NULL, or the arrays of an axis differ in length
     */
    static Object flatten(ArrayData array, long[] lengths, ElementType element) {
        if (lengths.length == 1) {
            requireValues(array);
            return element.many(array);
        }
        long total = 1;
        for (long length : lengths) {
            total = Math.multiplyExact(total, length);
        }
        Object all = element.newArray(Math.toIntExact(total));
        fill(array, 0, lengths, element, all, 0);
        return all;
    }

    private static int fill(
            ArrayData array, int axis, long[] lengths, ElementType element, Object all, int at) {
        requireLength(array, axis, lengths);
        if (axis + 1 == lengths.length) {
            requireValues(array);
            System.arraycopy(element.many(array), 0, all, at, array.size());
            return at + array.size();
        }
        int next = at;
        for (int i = 0; i < array.size(); i++) {
            requireValue(array, i);
            next = fill(array.getArray(i), axis + 1, lengths, element, all, next);
        }
        return next;
    }

    /**
     * Checks that arrays in arrays have these lengths.
     *
     * @throws IllegalArgumentException if the arrays of an axis differ in length, or one is NULL
     */
    static void requireLengths(ArrayData array, long[] lengths) {
        requireLengths(array, 0, lengths);
    }

    private static void requireLengths(ArrayData array, int axis, long[] lengths) {
        requireLength(array, axis, lengths);
        for (int i = 0; axis + 1 < lengths.length && i < array.size(); i++) {
            requireValue(array, i);
            requireLengths(array.getArray(i), axis + 1, lengths);
        }
    }

    private static void requireLength(ArrayData array, int axis, long[] lengths) {
        if (array.size() != lengths[axis]) {
            throw new IllegalArgumentException(
                    "its arrays differ in length at depth %d: %d and %d"
                            .formatted(axis, lengths[axis], array.size()));
        }
    }

    /** The elements as arrays in arrays of these lengths. */
    static ArrayData nest(Object elements, long[] lengths, ElementType element) {
        return lengths.length == 1
                ? element.toArray(elements)
                : nest(
                        elements,
                        0,
                        lengths,
                        element,
                        0,
                        java.lang.reflect.Array.getLength(elements));
    }

    private static ArrayData nest(
            Object elements, int axis, long[] lengths, ElementType element, int from, int to) {
        if (axis + 1 == lengths.length) {
            Object part = element.newArray(to - from);
            System.arraycopy(elements, from, part, 0, to - from);
            return element.toArray(part);
        }
        int length = Math.toIntExact(lengths[axis]);
        int size = length == 0 ? 0 : (to - from) / length;
        Object[] arrays = new Object[length];
        Arrays.setAll(
                arrays,
                i ->
                        nest(
                                elements,
                                axis + 1,
                                lengths,
                                element,
                                from + i * size,
                                from + (i + 1) * size));
        return new GenericArrayData(arrays);
    }

    private static void requireValues(ArrayData array) {
        if (array instanceof GenericArrayData generic && generic.isPrimitiveArray()) {
            return;
        }
        if (array instanceof BinaryArrayData binary && !binary.anyNull()) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            requireValue(array, i);
        }
    }

    private static void requireValue(ArrayData array, int at) {
        if (array.isNullAt(at)) {
            throw new IllegalArgumentException("its element %d is NULL".formatted(at));
        }
    }
}
