package io.flinkgpu.job.infer;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.job.row.FieldType;
import java.util.Arrays;
import java.util.List;

/** Which fields hold the elements of which tensors, without a conversion. */
final class TensorFields {

    private TensorFields() {}

    /** The element types that values of a field can be given as; the usual one first. */
    static List<DataType> dataTypes(FieldType type) {
        return switch (type) {
            case STRING, STRINGS -> List.of(DataType.BYTES);
            case BYTES -> List.of(DataType.BYTES, DataType.UINT8);
            case BOOLEAN, BOOLEANS -> List.of(DataType.BOOL);
            case INT, INTS -> List.of(DataType.INT32);
            case BIGINT, BIGINTS -> List.of(DataType.INT64);
            case FLOAT, FLOATS -> List.of(DataType.FLOAT32);
            case DOUBLE, DOUBLES -> List.of(DataType.FLOAT64);
            case TIMESTAMP -> List.of();
        };
    }

    /** The fields that can hold a tensor's elements; that for any number of them first. */
    static List<FieldType> fieldTypes(DataType type) {
        return switch (type) {
            case FLOAT32 -> List.of(FieldType.FLOATS, FieldType.FLOAT);
            case FLOAT64 -> List.of(FieldType.DOUBLES, FieldType.DOUBLE);
            case INT32 -> List.of(FieldType.INTS, FieldType.INT);
            case INT64 -> List.of(FieldType.BIGINTS, FieldType.BIGINT);
            case BOOL -> List.of(FieldType.BOOLEANS, FieldType.BOOLEAN);
            case BYTES -> List.of(FieldType.STRINGS, FieldType.STRING, FieldType.BYTES);
            case UINT8 -> List.of(FieldType.BYTES);
            case UINT16, UINT32, UINT64, INT8, INT16, FLOAT16, BFLOAT16 -> List.of();
        };
    }

    /** The fields of which values can be given as a tensor's elements. */
    static List<FieldType> fieldsFor(DataType type) {
        return Arrays.stream(FieldType.values())
                .filter(field -> dataTypes(field).contains(type))
                .toList();
    }
}
