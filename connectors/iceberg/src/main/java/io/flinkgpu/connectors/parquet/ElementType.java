package io.flinkgpu.connectors.parquet;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** What a field may hold, by its name in Flink SQL. */
enum ElementType {
    /** In UTF-8. */
    STRING(String.class),
    BOOLEAN(boolean.class),
    INT(int.class),
    BIGINT(long.class),
    FLOAT(float.class),
    DOUBLE(double.class),
    BYTES(byte[].class),
    /** An {@code Instant}. */
    TIMESTAMP(Instant.class);

    private final Class<?> elementClass;

    ElementType(Class<?> elementClass) {
        this.elementClass = elementClass;
    }

    /** What an array of it consists of. */
    Class<?> elementClass() {
        return elementClass;
    }

    TypeInformation<?> typeInfo() {
        return switch (this) {
            case STRING -> Types.STRING;
            case BOOLEAN -> Types.BOOLEAN;
            case INT -> Types.INT;
            case BIGINT -> Types.LONG;
            case FLOAT -> Types.FLOAT;
            case DOUBLE -> Types.DOUBLE;
            case BYTES -> PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
            case TIMESTAMP -> Types.INSTANT;
        };
    }

    /** Empty where there are no arrays of it. */
    Optional<TypeInformation<?>> arrayTypeInfo() {
        return switch (this) {
            case STRING -> Optional.of(BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO);
            case BOOLEAN -> Optional.of(PrimitiveArrayTypeInfo.BOOLEAN_PRIMITIVE_ARRAY_TYPE_INFO);
            case INT -> Optional.of(PrimitiveArrayTypeInfo.INT_PRIMITIVE_ARRAY_TYPE_INFO);
            case BIGINT -> Optional.of(PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO);
            case FLOAT -> Optional.of(PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO);
            case DOUBLE -> Optional.of(PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO);
            case BYTES, TIMESTAMP -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
