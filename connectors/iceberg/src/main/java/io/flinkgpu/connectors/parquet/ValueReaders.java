package io.flinkgpu.connectors.parquet;

import io.flinkgpu.connectors.parquet.ValueReader.Unreadable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.time.temporal.TemporalUnit;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnReader;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.BsonLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.PrimitiveType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Which types of columns give which values: the same, or smaller ones of numbers. */
final class ValueReaders {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private ValueReaders() {}

    /** What reads such values from such a column; empty: it holds others. */
    static Optional<ValueReader> of(ElementType wanted, PrimitiveType column) {
        PrimitiveTypeName stored = column.getPrimitiveTypeName();
        LogicalTypeAnnotation meaning = column.getLogicalTypeAnnotation();
        return Optional.ofNullable(
                switch (wanted) {
                    case STRING -> isText(stored, meaning) ? ValueReaders::text : null;
                    case BOOLEAN ->
                            stored == PrimitiveTypeName.BOOLEAN ? ColumnReader::getBoolean : null;
                    case INT -> isInt(stored, meaning, true) ? new Ints() : null;
                    case BIGINT -> longs(stored, meaning);
                    case FLOAT -> stored == PrimitiveTypeName.FLOAT ? new Floats() : null;
                    case DOUBLE -> doubles(stored);
                    case BYTES ->
                            isBytes(stored, meaning)
                                    ? values -> values.getBinary().getBytes()
                                    : null;
                    case TIMESTAMP -> timestamps(stored, meaning);
                });
    }

    /** Binary without a meaning is text where a writer had no word for it. */
    private static boolean isText(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation meaning) {
        return stored == PrimitiveTypeName.BINARY
                && (meaning == null
                        || meaning instanceof StringLogicalTypeAnnotation
                        || meaning instanceof EnumLogicalTypeAnnotation
                        || meaning instanceof JsonLogicalTypeAnnotation);
    }

    private static boolean isBytes(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation meaning) {
        return isText(stored, meaning)
                || (stored == PrimitiveTypeName.BINARY
                        && meaning instanceof BsonLogicalTypeAnnotation)
                || (stored == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY && meaning == null);
    }

    /** Whether it is a whole number in 32 bits, with a sign if the values need one. */
    private static boolean isInt(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation meaning, boolean fitsInt) {
        return stored == PrimitiveTypeName.INT32
                && (meaning == null
                        || (meaning instanceof IntLogicalTypeAnnotation whole
                                && (whole.isSigned() || whole.getBitWidth() < 32) == fitsInt));
    }

    @Nullable
    private static ValueReader longs(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation meaning) {
        boolean isLong =
                stored == PrimitiveTypeName.INT64
                        && (meaning == null
                                || (meaning instanceof IntLogicalTypeAnnotation whole
                                        && whole.isSigned()));
        if (isLong) {
            return new Longs();
        }
        if (isInt(stored, meaning, true)) {
            return values -> (long) values.getInteger();
        }
        return isInt(stored, meaning, false)
                ? values -> Integer.toUnsignedLong(values.getInteger())
                : null;
    }

    @Nullable
    private static ValueReader doubles(PrimitiveTypeName stored) {
        return switch (stored) {
            case DOUBLE -> new Doubles();
            case FLOAT -> values -> (double) values.getFloat();
            default -> null;
        };
    }

    /** A local time is taken as one of UTC. */
    @Nullable
    private static ValueReader timestamps(
            PrimitiveTypeName stored, @Nullable LogicalTypeAnnotation meaning) {
        if (stored == PrimitiveTypeName.INT96) {
            return ValueReaders::julian;
        }
        if (stored != PrimitiveTypeName.INT64
                || !(meaning instanceof TimestampLogicalTypeAnnotation timestamp)) {
            return null;
        }
        TemporalUnit unit =
                switch (timestamp.getUnit()) {
                    case MILLIS -> ChronoUnit.MILLIS;
                    case MICROS -> ChronoUnit.MICROS;
                    case NANOS -> ChronoUnit.NANOS;
                };
        return values -> Instant.EPOCH.plus(values.getLong(), unit);
    }

    /** Nanoseconds of the day and the Julian day, as Impala and Spark wrote them. */
    private static Instant julian(ColumnReader values) {
        ByteBuffer bytes = values.getBinary().toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long nanos = bytes.getLong();
        LocalDate day = LocalDate.EPOCH.with(JulianFields.JULIAN_DAY, bytes.getInt());
        return day.atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .plusSeconds(nanos / NANOS_PER_SECOND)
                .plusNanos(nanos % NANOS_PER_SECOND);
    }

    private static Object text(ColumnReader values) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(values.getBinary().toByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            return new Unreadable("has bytes that are not UTF-8");
        }
    }

    // Numbers go into arrays as they are, since lists of them are long.

    private static final class Ints implements ValueReader {
        @Override
        public Object read(ColumnReader column) {
            return column.getInteger();
        }

        @Nullable
        @Override
        public Unreadable readInto(Object array, int index, ColumnReader column) {
            ((int[]) array)[index] = column.getInteger();
            return null;
        }
    }

    private static final class Longs implements ValueReader {
        @Override
        public Object read(ColumnReader column) {
            return column.getLong();
        }

        @Nullable
        @Override
        public Unreadable readInto(Object array, int index, ColumnReader column) {
            ((long[]) array)[index] = column.getLong();
            return null;
        }
    }

    private static final class Floats implements ValueReader {
        @Override
        public Object read(ColumnReader column) {
            return column.getFloat();
        }

        @Nullable
        @Override
        public Unreadable readInto(Object array, int index, ColumnReader column) {
            ((float[]) array)[index] = column.getFloat();
            return null;
        }
    }

    private static final class Doubles implements ValueReader {
        @Override
        public Object read(ColumnReader column) {
            return column.getDouble();
        }

        @Nullable
        @Override
        public Unreadable readInto(Object array, int index, ColumnReader column) {
            ((double[]) array)[index] = column.getDouble();
            return null;
        }
    }
}
