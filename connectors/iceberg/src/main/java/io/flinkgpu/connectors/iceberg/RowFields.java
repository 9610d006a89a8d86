package io.flinkgpu.connectors.iceberg;

import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/**
 * Reads the fields of a row by position: of a Java record, or of Flink's {@link Row}.
 *
 * <p>For one thread.
 */
abstract class RowFields implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Fields of a record class, in the order of its components. */
    static RowFields ofRecord(Class<?> type) {
        return new OfRecord(type);
    }

    /** Fields of rows that have these fields in this order. */
    static RowFields ofRow(List<String> names) {
        return new OfRow(names.toArray(String[]::new));
    }

    @Nullable
    abstract Object get(Object row, int field);

    private static final class OfRecord extends RowFields {

        private static final long serialVersionUID = 1L;

        private final Class<?> type;
        private transient RecordComponent[] components;

        OfRecord(Class<?> type) {
            this.type = type;
        }

        @Override
        Object get(Object row, int field) {
            if (components == null) {
                components = type.getRecordComponents();
                Arrays.stream(components).forEach(c -> c.getAccessor().setAccessible(true));
            }
            try {
                return components[field].getAccessor().invoke(row);
            } catch (InvocationTargetException | IllegalAccessException e) {
                throw new IllegalStateException(
                        "Cannot read '%s' of %s: %s"
                                .formatted(components[field].getName(), type.getName(), e),
                        e);
            }
        }
    }

    private static final class OfRow extends RowFields {

        private static final long serialVersionUID = 1L;

        private final String[] names;

        OfRow(String[] names) {
            this.names = names;
        }

        @Override
        Object get(Object row, int field) {
            Row values = (Row) row;
            return values.getFieldNames(false) == null
                    ? values.getField(field)
                    : values.getField(names[field]);
        }
    }
}
