package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Tensor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns that rows of a type have, all of them optional.
 *
 * <p>Names are the fields' own. A field that is a list, an array or a tensor becomes a list, a
 * tensor's in row-major order; its shape is not kept.
 */
record RowColumns(RowFields fields, List<NestedField> columns) {

    private static final Map<Class<?>, Type> SCALARS =
            Map.ofEntries(
                    Map.entry(String.class, Types.StringType.get()),
                    Map.entry(boolean.class, Types.BooleanType.get()),
                    Map.entry(Boolean.class, Types.BooleanType.get()),
                    Map.entry(byte.class, Types.IntegerType.get()),
                    Map.entry(Byte.class, Types.IntegerType.get()),
                    Map.entry(short.class, Types.IntegerType.get()),
                    Map.entry(Short.class, Types.IntegerType.get()),
                    Map.entry(int.class, Types.IntegerType.get()),
                    Map.entry(Integer.class, Types.IntegerType.get()),
                    Map.entry(long.class, Types.LongType.get()),
                    Map.entry(Long.class, Types.LongType.get()),
                    Map.entry(float.class, Types.FloatType.get()),
                    Map.entry(Float.class, Types.FloatType.get()),
                    Map.entry(double.class, Types.DoubleType.get()),
                    Map.entry(Double.class, Types.DoubleType.get()),
                    Map.entry(byte[].class, Types.BinaryType.get()),
                    Map.entry(Instant.class, Types.TimestampType.withZone()),
                    Map.entry(LocalDateTime.class, Types.TimestampType.withoutZone()),
                    Map.entry(LocalDate.class, Types.DateType.get()));

    /**
     * The columns of a stream's rows.
     *
     * @param tensors the element types of the fields that are tensors
     * @throws IllegalArgumentException naming all fields that no column can hold
     */
    static RowColumns of(TypeInformation<?> rows, Map<String, DataType> tensors) {
        Collector collector = new Collector(tensors);
        RowColumns columns = collector.columns(rows);
        if (!collector.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", collector.problems));
        }
        return columns;
    }

    Schema schema() {
        return new Schema(columns);
    }

    /** Collects every problem; an id of Iceberg's for every field, which a new table renumbers. */
    private static final class Collector {

        private final List<String> problems = new ArrayList<>();
        private final AtomicInteger ids = new AtomicInteger();
        private final Map<String, DataType> tensors;

        Collector(Map<String, DataType> tensors) {
            this.tensors = tensors;
        }

        RowColumns columns(TypeInformation<?> rows) {
            if (rows instanceof RowTypeInfo row) {
                List<String> names = List.of(row.getFieldNames());
                List<NestedField> columns = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    column(names.get(i), row.getTypeAt(i)).ifPresent(columns::add);
                }
                return new RowColumns(RowFields.ofRow(names), columns);
            }
            Class<?> type = rows.getTypeClass();
            if (!type.isRecord()) {
                problems.add(
                        "Invalid row type: %s. It must be a Java record, or a Row with named fields."
                                .formatted(type.getName()));
                return new RowColumns(RowFields.ofRow(List.of()), List.of());
            }
            List<NestedField> columns = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                column(component.getName(), component.getGenericType()).ifPresent(columns::add);
            }
            return new RowColumns(RowFields.ofRecord(type), columns);
        }

        private Optional<NestedField> column(String name, Object javaType) {
            int id = ids.incrementAndGet();
            Optional<Type> type = type(name, javaType);
            if (type.isEmpty()) {
                problems.add(
                        "Invalid field '%s': %s. %s"
                                .formatted(
                                        name,
                                        javaType instanceof Class<?> c ? c.getName() : javaType,
                                        wayOut(javaType)));
            }
            return type.map(t -> NestedField.optional(id, name, t));
        }

        /** Of a type as reflection or Flink says it. */
        private Optional<Type> type(String name, Object javaType) {
            if (javaType instanceof ListTypeInfo<?> list) {
                return list(name, list.getElementTypeInfo());
            }
            if (javaType instanceof TypeInformation<?> other) {
                return type(name, other.getTypeClass());
            }
            if (javaType instanceof ParameterizedType generic
                    && generic.getRawType() == List.class) {
                return list(name, generic.getActualTypeArguments()[0]);
            }
            if (javaType instanceof GenericArrayType || !(javaType instanceof Class<?> type)) {
                return Optional.empty();
            }
            if (type == Tensor.class) {
                return Optional.ofNullable(tensors.get(name))
                        .flatMap(TensorValues::elementType)
                        .flatMap(element -> list(name, element));
            }
            if (SCALARS.containsKey(type)) {
                return Optional.of(SCALARS.get(type));
            }
            if (type.isEnum()) {
                return Optional.of(Types.StringType.get());
            }
            return type.isArray() ? list(name, type.getComponentType()) : Optional.empty();
        }

        private Optional<Type> list(String name, Object element) {
            int id = ids.incrementAndGet();
            return (element instanceof Type known ? Optional.of(known) : type(name, element))
                    .map(type -> Types.ListType.ofOptional(id, type));
        }

        private static String wayOut(Object javaType) {
            boolean tensor =
                    javaType == Tensor.class
                            || (javaType instanceof TypeInformation<?> info
                                    && info.getTypeClass() == Tensor.class);
            return tensor
                    ? "Name the type of its elements by tensor(...): one of %s."
                            .formatted(TensorValues.supported())
                    : "It must be one of %s, an enum, a Tensor, or a list or an array of these."
                            .formatted(
                                    String.join(
                                            ", ",
                                            SCALARS.keySet().stream()
                                                    .filter(c -> !c.isPrimitive())
                                                    .map(Class::getSimpleName)
                                                    .sorted()
                                                    .toList()));
        }
    }

    /** Positions of fields by the column's name; empty if rows have no such field. */
    Optional<Integer> fieldOf(String column) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).name().equals(column))
                .boxed()
                .findFirst();
    }
}
