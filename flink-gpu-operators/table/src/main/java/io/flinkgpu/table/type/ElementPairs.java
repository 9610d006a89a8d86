package io.flinkgpu.table.type;

import io.flinkgpu.inference.tensor.DataType;
import java.util.List;

/**
 * Which elements of columns can be given as which elements of tensors, and taken back.
 *
 * <p>SQL has no unsigned types: such an element is the next wider signed one, and a number that the
 * other side cannot hold fails its row. SQL has no floats of 16 bits either: FLOAT is rounded.
 */
final class ElementPairs {

    private ElementPairs() {}

    /** The tensors that a column's elements can be given as; the usual one first. */
    static List<DataType> tensorsFor(ElementType element) {
        return switch (element) {
            case BOOLEAN -> List.of(DataType.BOOL);
            case TINYINT ->
                    List.of(
                            DataType.INT8,
                            DataType.INT16,
                            DataType.INT32,
                            DataType.INT64,
                            DataType.FLOAT32,
                            DataType.FLOAT64);
            case SMALLINT ->
                    List.of(
                            DataType.INT16,
                            DataType.INT32,
                            DataType.INT64,
                            DataType.FLOAT32,
                            DataType.FLOAT64,
                            DataType.UINT8);
            case INT -> List.of(DataType.INT32, DataType.INT64, DataType.FLOAT64, DataType.UINT16);
            case BIGINT -> List.of(DataType.INT64, DataType.UINT32, DataType.UINT64);
            case FLOAT ->
                    List.of(
                            DataType.FLOAT32,
                            DataType.FLOAT64,
                            DataType.FLOAT16,
                            DataType.BFLOAT16);
            case DOUBLE -> List.of(DataType.FLOAT64);
            case STRING -> List.of(DataType.BYTES);
            case BYTES -> List.of(DataType.BYTES, DataType.UINT8);
        };
    }

    /** The elements that a column can hold a tensor's as; the usual one first. */
    static List<ElementType> columnsFor(DataType tensor) {
        return switch (tensor) {
            case BOOL -> List.of(ElementType.BOOLEAN);
            case INT8 ->
                    List.of(
                            ElementType.TINYINT,
                            ElementType.SMALLINT,
                            ElementType.INT,
                            ElementType.BIGINT,
                            ElementType.FLOAT,
                            ElementType.DOUBLE);
            case INT16 ->
                    List.of(
                            ElementType.SMALLINT,
                            ElementType.INT,
                            ElementType.BIGINT,
                            ElementType.FLOAT,
                            ElementType.DOUBLE);
            case INT32 -> List.of(ElementType.INT, ElementType.BIGINT, ElementType.DOUBLE);
            case INT64, UINT64 -> List.of(ElementType.BIGINT);
            case UINT8 ->
                    List.of(
                            ElementType.SMALLINT,
                            ElementType.INT,
                            ElementType.BIGINT,
                            ElementType.FLOAT,
                            ElementType.DOUBLE,
                            ElementType.BYTES);
            case UINT16 ->
                    List.of(
                            ElementType.INT,
                            ElementType.BIGINT,
                            ElementType.FLOAT,
                            ElementType.DOUBLE);
            case UINT32 -> List.of(ElementType.BIGINT, ElementType.DOUBLE);
            case FLOAT16, BFLOAT16, FLOAT32 -> List.of(ElementType.FLOAT, ElementType.DOUBLE);
            case FLOAT64 -> List.of(ElementType.DOUBLE);
            case BYTES -> List.of(ElementType.STRING, ElementType.BYTES);
        };
    }
}
