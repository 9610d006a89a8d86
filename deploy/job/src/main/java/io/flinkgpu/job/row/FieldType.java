package io.flinkgpu.job.row;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The type of a field, by its name in Flink SQL. Every field may be null; elements of arrays of
 * numbers may not.
 */
@PublicEvolving
public enum FieldType {
    /** {@code String}. */
    STRING("string", true),
    /** {@code Boolean}. */
    BOOLEAN("boolean", true),
    /** {@code Integer}. */
    INT("int", true),
    /** {@code Long}. */
    BIGINT("bigint", true),
    /** {@code Float}. */
    FLOAT("float", true),
    /** {@code Double}. */
    DOUBLE("double", true),
    /** {@code byte[]}. */
    BYTES("bytes", false),
    /** {@code Instant}; SQL's {@code TIMESTAMP_LTZ}. */
    TIMESTAMP("timestamp", true),
    /** {@code String[]}. */
    STRINGS("array<string>", false),
    /** {@code boolean[]}. */
    BOOLEANS("array<boolean>", false),
    /** {@code int[]}. */
    INTS("array<int>", false),
    /** {@code long[]}. */
    BIGINTS("array<bigint>", false),
    /** {@code float[]}. */
    FLOATS("array<float>", false),
    /** {@code double[]}. */
    DOUBLES("array<double>", false);

    private final String sqlName;
    private final boolean isScalar;

    FieldType(String sqlName, boolean isScalar) {
        this.sqlName = sqlName;
        this.isScalar = isScalar;
    }

    /** The type of that name, in any case. */
    public static Optional<FieldType> of(String sqlName) {
        String normal = sqlName.toLowerCase(Locale.ROOT).replace(" ", "");
        return Arrays.stream(values()).filter(type -> type.sqlName.equals(normal)).findFirst();
    }

    /** The names of all types. */
    public static List<String> names() {
        return Arrays.stream(values()).map(FieldType::toString).toList();
    }

    /** How Flink moves values of this type; never by Kryo. */
    public TypeInformation<?> typeInfo() {
        return switch (this) {
            case STRING -> Types.STRING;
            case BOOLEAN -> Types.BOOLEAN;
            case INT -> Types.INT;
            case BIGINT -> Types.LONG;
            case FLOAT -> Types.FLOAT;
            case DOUBLE -> Types.DOUBLE;
            case BYTES -> PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
            case TIMESTAMP -> Types.INSTANT;
            case STRINGS -> BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO;
            case BOOLEANS -> PrimitiveArrayTypeInfo.BOOLEAN_PRIMITIVE_ARRAY_TYPE_INFO;
            case INTS -> PrimitiveArrayTypeInfo.INT_PRIMITIVE_ARRAY_TYPE_INFO;
            case BIGINTS -> PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO;
            case FLOATS -> PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO;
            case DOUBLES -> PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO;
        };
    }

    /** Whether it holds one value, and neither bytes nor an array. */
    public boolean isScalar() {
        return isScalar;
    }

    @Override
    public String toString() {
        return sqlName;
    }
}
