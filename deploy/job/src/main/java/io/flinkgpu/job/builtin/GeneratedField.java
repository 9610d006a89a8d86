package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes up the values of one field: a function of the row's number alone, so that a restored job
 * makes the same ones.
 */
record GeneratedField(FieldType type, Kind kind, double min, double max, int length, int column)
        implements Serializable {

    /** How values follow each other. */
    enum Kind {
        RANDOM,
        SEQUENCE
    }

    static final Key<FieldType> TYPE =
            Key.of("type", FieldTypeValues.TYPES).required().describedAs("The type of the field.");

    private static final Key<Kind> KIND =
            Key.of("kind", ValueTypes.choice(Kind.class))
                    .orElse(Kind.RANDOM)
                    .describedAs("Random values, or the number of the row, counted from min.");

    private static final Key<Double> MIN =
            Key.of("min", ValueTypes.number())
                    .orElse(0.0)
                    .describedAs("The least number, included.");

    private static final Key<Double> MAX =
            Key.of("max", ValueTypes.number())
                    .describedAs("The bound of random numbers, not included. Without it min + 1.");

    private static final Key<Integer> LENGTH =
            Key.of("length", ValueTypes.integer(1))
                    .orElse(10)
                    .describedAs("Letters of a text, bytes, or elements of an array.");

    static final List<Key<?>> KEYS = List.of(TYPE, KIND, MIN, MAX, LENGTH);

    static GeneratedField of(Config config, int column) {
        double min = config.get(MIN);
        double max = config.find(MAX).orElse(min + 1);
        if (max < min) {
            config.at(MAX).invalid("It must be at least min.");
        }
        return new GeneratedField(
                config.get(TYPE), config.get(KIND), min, max, config.get(LENGTH), column);
    }

    /** The value of row {@code index}. */
    Object value(long index) {
        SplittableRandom random = new SplittableRandom(index * 1_000_003 + column);
        return switch (type) {
            case STRING -> kind == Kind.SEQUENCE ? Long.toString((long) min + index) : text(random);
            case BOOLEAN -> kind == Kind.SEQUENCE ? index % 2 == 1 : random.nextBoolean();
            case INT -> (int) whole(number(index, random));
            case BIGINT -> whole(number(index, random));
            case FLOAT -> (float) number(index, random);
            case DOUBLE -> number(index, random);
            case TIMESTAMP -> Instant.ofEpochMilli(whole(number(index, random)));
            case BYTES -> bytes(random);
            case STRINGS -> strings(random);
            case BOOLEANS -> booleans(random);
            case INTS -> random.doubles(length).mapToInt(x -> (int) whole(range(x))).toArray();
            case BIGINTS -> random.doubles(length).mapToLong(x -> whole(range(x))).toArray();
            case FLOATS -> floats(random);
            case DOUBLES -> random.doubles(length).map(this::range).toArray();
        };
    }

    private double number(long index, SplittableRandom random) {
        return kind == Kind.SEQUENCE ? min + index : range(random.nextDouble());
    }

    private static long whole(double number) {
        return (long) Math.floor(number);
    }

    private double range(double fraction) {
        return min + fraction * (max - min);
    }

    private String text(SplittableRandom random) {
        return random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private byte[] bytes(SplittableRandom random) {
        byte[] values = new byte[length];
        random.nextBytes(values);
        return values;
    }

    private String[] strings(SplittableRandom random) {
        String[] values = new String[length];
        for (int i = 0; i < length; i++) {
            values[i] = text(random);
        }
        return values;
    }

    private boolean[] booleans(SplittableRandom random) {
        boolean[] values = new boolean[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextBoolean();
        }
        return values;
    }

    private float[] floats(SplittableRandom random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) range(random.nextDouble());
        }
        return values;
    }
}
