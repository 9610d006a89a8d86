package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.parquet.ValueReader.Unreadable;
import java.lang.reflect.Array;
import javax.annotation.Nullable;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnDescriptor;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnReader;

/**
 * A column of a file as it was wanted.
 *
 * <p>Levels are those of the Dremel encoding (Melnik et al., 2010): a value is there, or its list,
 * or the place in its list, if the definition level says so; a row begins at repetition level 0.
 */
final class FileColumn {

    private static final int FIRST_CAPACITY = 16;

    private final WantedColumn wanted;
    private final ColumnDescriptor descriptor;
    private final ValueReader values;
    private final int listLevel;
    private final int placeLevel;
    private final int valueLevel;

    // What a list is gathered in.
    private Object elements;
    private int size;

    private FileColumn(
            WantedColumn wanted,
            ColumnDescriptor descriptor,
            ValueReader values,
            int listLevel,
            int placeLevel) {
        this.wanted = wanted;
        this.descriptor = descriptor;
        this.values = values;
        this.listLevel = listLevel;
        this.placeLevel = placeLevel;
        this.valueLevel = descriptor.getMaxDefinitionLevel();
        this.elements = newArray(FIRST_CAPACITY);
    }

    static FileColumn scalar(WantedColumn wanted, ColumnDescriptor descriptor, ValueReader values) {
        return new FileColumn(wanted, descriptor, values, 0, 0);
    }

    /**
     * A column of lists.
     *
     * @param listLevel where a list is not null
     * @param placeLevel where it is not empty
     */
    static FileColumn list(
            WantedColumn wanted,
            ColumnDescriptor descriptor,
            ValueReader values,
            int listLevel,
            int placeLevel) {
        return new FileColumn(wanted, descriptor, values, listLevel, placeLevel);
    }

    ColumnDescriptor descriptor() {
        return descriptor;
    }

    /** The next row's value, which may be null, or an {@link Unreadable} that names the column. */
    @Nullable
    Object read(ColumnReader column) {
        Object value = wanted.isList() ? list(column) : scalar(column);
        return value instanceof Unreadable unreadable
                ? new Unreadable("column '%s' %s".formatted(wanted.column(), unreadable.reason()))
                : value;
    }

    /** Goes behind the next row. */
    void skip(ColumnReader column) {
        do {
            if (column.getCurrentDefinitionLevel() == valueLevel) {
                column.skip();
            }
            column.consume();
        } while (column.getCurrentRepetitionLevel() > 0);
    }

    @Nullable
    private Object scalar(ColumnReader column) {
        Object value =
                column.getCurrentDefinitionLevel() == valueLevel ? values.read(column) : null;
        column.consume();
        return value;
    }

    @Nullable
    private Object list(ColumnReader column) {
        int level = column.getCurrentDefinitionLevel();
        if (level < placeLevel) {
            column.consume();
            return level < listLevel ? null : newArray(0);
        }
        size = 0;
        Unreadable problem = null;
        do {
            Unreadable ofElement = element(column);
            problem = problem == null ? ofElement : problem;
            column.consume();
        } while (column.getCurrentRepetitionLevel() > 0);
        return problem == null ? copy(size) : problem;
    }

    @Nullable
    private Unreadable element(ColumnReader column) {
        if (size == Array.getLength(elements)) {
            elements = copy(2 * size);
        }
        int place = size++;
        if (column.getCurrentDefinitionLevel() == valueLevel) {
            return values.readInto(elements, place, column);
        }
        if (wanted.type().elementClass().isPrimitive()) {
            return new Unreadable("has a list with a null, which arrays of numbers cannot hold");
        }
        Array.set(elements, place, null);
        return null;
    }

    private Object copy(int length) {
        Object copy = newArray(length);
        System.arraycopy(elements, 0, copy, 0, size);
        return copy;
    }

    private Object newArray(int length) {
        return Array.newInstance(wanted.type().elementClass(), length);
    }
}
