package io.flinkgpu.table.type;

import java.util.Optional;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * What a column holds one or many of.
 *
 * <p>Many are kept in the array of the primitive type, STRING (as UTF-8) and BYTES in a {@code
 * byte[][]}; one is many of length 1.
 */
enum ElementType {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INT,
    BIGINT,
    FLOAT,
    DOUBLE,
    STRING,
    BYTES;

    /** What values of a type are; empty where no tensor holds such. */
    static Optional<ElementType> of(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> Optional.of(BOOLEAN);
            case TINYINT -> Optional.of(TINYINT);
            case SMALLINT -> Optional.of(SMALLINT);
            case INTEGER -> Optional.of(INT);
            case BIGINT -> Optional.of(BIGINT);
            case FLOAT -> Optional.of(FLOAT);
            case DOUBLE -> Optional.of(DOUBLE);
            case CHAR, VARCHAR -> Optional.of(STRING);
            case BINARY, VARBINARY -> Optional.of(BYTES);
            default -> Optional.empty();
        };
    }

    /** The type of a column of one. */
    LogicalType logicalType() {
        return switch (this) {
            case BOOLEAN -> new BooleanType();
            case TINYINT -> new TinyIntType();
            case SMALLINT -> new SmallIntType();
            case INT -> new IntType();
            case BIGINT -> new BigIntType();
            case FLOAT -> new FloatType();
            case DOUBLE -> new DoubleType();
            case STRING -> VarCharType.STRING_TYPE;
            case BYTES -> new VarBinaryType(VarBinaryType.MAX_LENGTH);
        };
    }

    Object newArray(int length) {
        return switch (this) {
            case BOOLEAN -> new boolean[length];
            case TINYINT -> new byte[length];
            case SMALLINT -> new short[length];
            case INT -> new int[length];
            case BIGINT -> new long[length];
            case FLOAT -> new float[length];
            case DOUBLE -> new double[length];
            case STRING, BYTES -> new byte[length][];
        };
    }

    /** The only element of a column that is not NULL. */
    Object only(RowData row, int index) {
        return switch (this) {
            case BOOLEAN -> new boolean[] {row.getBoolean(index)};
            case TINYINT -> new byte[] {row.getByte(index)};
            case SMALLINT -> new short[] {row.getShort(index)};
            case INT -> new int[] {row.getInt(index)};
            case BIGINT -> new long[] {row.getLong(index)};
            case FLOAT -> new float[] {row.getFloat(index)};
            case DOUBLE -> new double[] {row.getDouble(index)};
            case STRING -> new byte[][] {row.getString(index).toBytes()};
            case BYTES -> new byte[][] {row.getBinary(index)};
        };
    }

    /** All elements, of which none may be NULL; a copy or the array itself, only to be read. */
    Object many(ArrayData values) {
        return switch (this) {
            case BOOLEAN -> values.toBooleanArray();
            case TINYINT -> values.toByteArray();
            case SMALLINT -> values.toShortArray();
            case INT -> values.toIntArray();
            case BIGINT -> values.toLongArray();
            case FLOAT -> values.toFloatArray();
            case DOUBLE -> values.toDoubleArray();
            case STRING, BYTES -> byteStrings(values);
        };
    }

    private byte[][] byteStrings(ArrayData values) {
        byte[][] all = new byte[values.size()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = this == STRING ? values.getString(i).toBytes() : values.getBinary(i);
        }
        return all;
    }

    /** The element at a place as a field of a row. */
    Object toField(Object elements, int at) {
        return switch (this) {
            case BOOLEAN -> ((boolean[]) elements)[at];
            case TINYINT -> ((byte[]) elements)[at];
            case SMALLINT -> ((short[]) elements)[at];
            case INT -> ((int[]) elements)[at];
            case BIGINT -> ((long[]) elements)[at];
            case FLOAT -> ((float[]) elements)[at];
            case DOUBLE -> ((double[]) elements)[at];
            case STRING -> StringData.fromBytes(((byte[][]) elements)[at]);
            case BYTES -> ((byte[][]) elements)[at];
        };
    }

    /**
     * The elements as an array in a row. Numbers lie side by side in it, as in Flink's buffers: of
     * an array of another kind, Flink boxes each number to send it.
     */
    ArrayData toArray(Object elements) {
        return switch (this) {
            case BOOLEAN -> BinaryArrayData.fromPrimitiveArray((boolean[]) elements);
            case TINYINT -> BinaryArrayData.fromPrimitiveArray((byte[]) elements);
            case SMALLINT -> BinaryArrayData.fromPrimitiveArray((short[]) elements);
            case INT -> BinaryArrayData.fromPrimitiveArray((int[]) elements);
            case BIGINT -> BinaryArrayData.fromPrimitiveArray((long[]) elements);
            case FLOAT -> BinaryArrayData.fromPrimitiveArray((float[]) elements);
            case DOUBLE -> BinaryArrayData.fromPrimitiveArray((double[]) elements);
            case STRING -> strings((byte[][]) elements);
            case BYTES -> new GenericArrayData((Object[]) elements);
        };
    }

    private static ArrayData strings(byte[][] encoded) {
        Object[] strings = new Object[encoded.length];
        for (int i = 0; i < encoded.length; i++) {
            strings[i] = StringData.fromBytes(encoded[i]);
        }
        return new GenericArrayData(strings);
    }
}
