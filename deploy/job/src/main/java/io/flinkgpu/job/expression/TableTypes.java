package io.flinkgpu.job.expression;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/** The fields of rows as the Table API types them, and back. */
final class TableTypes {

    private TableTypes() {}

    /** The columns of a table made of such rows. */
    static Schema columns(RowSchema rows) {
        Schema.Builder columns = Schema.newBuilder();
        rows.fields().forEach(field -> columns.column(field.name(), columnType(field.type())));
        return columns.build();
    }

    /** What the rows of a table are made of again: arrays of primitive elements where they may. */
    static DataType rowType(List<String> names, List<DataType> types) {
        DataTypes.Field[] fields = new DataTypes.Field[names.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = DataTypes.FIELD(names.get(i), withPrimitives(types.get(i)));
        }
        return DataTypes.ROW(fields).notNull();
    }

    /** The type of a field that holds such values; empty if there is none. */
    static Optional<FieldType> fieldType(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> Optional.of(FieldType.STRING);
            case BOOLEAN -> Optional.of(FieldType.BOOLEAN);
            case INTEGER -> Optional.of(FieldType.INT);
            case BIGINT -> Optional.of(FieldType.BIGINT);
            case FLOAT -> Optional.of(FieldType.FLOAT);
            case DOUBLE -> Optional.of(FieldType.DOUBLE);
            case BINARY, VARBINARY -> Optional.of(FieldType.BYTES);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Optional.of(FieldType.TIMESTAMP);
            case ARRAY ->
                    fieldType(((ArrayType) type).getElementType())
                            .flatMap(element -> FieldType.of("array<" + element + ">"));
            default -> Optional.empty();
        };
    }

    /** A field that an expression makes. */
    static Optional<Field> field(String name, DataType type) {
        return fieldType(type.getLogicalType()).map(known -> Field.of(name, known));
    }

    private static DataType columnType(FieldType type) {
        return switch (type) {
            case STRING -> DataTypes.STRING();
            case BOOLEAN -> DataTypes.BOOLEAN();
            case INT -> DataTypes.INT();
            case BIGINT -> DataTypes.BIGINT();
            case FLOAT -> DataTypes.FLOAT();
            case DOUBLE -> DataTypes.DOUBLE();
            case BYTES -> DataTypes.BYTES();
            case TIMESTAMP -> DataTypes.TIMESTAMP_LTZ(9);
            case STRINGS -> DataTypes.ARRAY(DataTypes.STRING()).bridgedTo(String[].class);
            case BOOLEANS -> primitives(DataTypes.BOOLEAN(), boolean[].class);
            case INTS -> primitives(DataTypes.INT(), int[].class);
            case BIGINTS -> primitives(DataTypes.BIGINT(), long[].class);
            case FLOATS -> primitives(DataTypes.FLOAT(), float[].class);
            case DOUBLES -> primitives(DataTypes.DOUBLE(), double[].class);
        };
    }

    private static DataType primitives(DataType element, Class<?> array) {
        return DataTypes.ARRAY(element.notNull()).bridgedTo(array);
    }

    /** Boxed elements would cost an object each. */
    private static DataType withPrimitives(DataType type) {
        if (!(type.getLogicalType() instanceof ArrayType array)
                || array.getElementType().isNullable()) {
            return type;
        }
        return switch (array.getElementType().getTypeRoot()) {
            case BOOLEAN -> type.bridgedTo(boolean[].class);
            case INTEGER -> type.bridgedTo(int[].class);
            case BIGINT -> type.bridgedTo(long[].class);
            case FLOAT -> type.bridgedTo(float[].class);
            case DOUBLE -> type.bridgedTo(double[].class);
            default -> type;
        };
    }
}
