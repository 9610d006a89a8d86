package io.flinkgpu.inference.tensor;

import org.apache.flink.annotation.Internal;

/**
 * The floating-point formats of 16 bits as numbers, which Java 17 has no types for.
 *
 * <p>Rounds to the nearest, ties to even (IEEE 754-2019, section 4.3.1).
 */
@Internal
public enum SmallFloats {
    /** The interchange format binary16 of IEEE 754. */
    FP16(10, 5),
    /** The upper half of binary32. */
    BF16(7, 8);

    private final int mantissaBits;
    private final int infinity;
    private final int bias;

    SmallFloats(int mantissaBits, int exponentBits) {
        this.mantissaBits = mantissaBits;
        this.infinity = ((1 << exponentBits) - 1) << mantissaBits;
        this.bias = (1 << (exponentBits - 1)) - 1;
    }

    /** The format of a type's elements, which must be one of these. */
    public static SmallFloats of(DataType type) {
        return switch (type) {
            case FLOAT16 -> FP16;
            case BFLOAT16 -> BF16;
            default -> throw new IllegalArgumentException("Not of 16 bits: " + type);
        };
    }

    /** The bits of the number nearest to this; those of infinity where it is too large. */
    public short encode(double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? 1 << (Short.SIZE - 1) : 0;
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) (infinity | 1 << (mantissaBits - 1));
        }
        int exponent = Math.max(Math.getExponent(size), 1 - bias);
        if (exponent > bias) {
            return (short) (sign | infinity);
        }
        // Below the least normal number the implied bit is missing, and so is its exponent.
        int steps = (int) Math.rint(Math.scalb(size, mantissaBits - exponent));
        int bits = ((exponent + bias - 1) << mantissaBits) + steps;
        return (short) (sign | Math.min(bits, infinity));
    }

    /** The number that these bits stand for. */
    public float decode(short bits) {
        int size = bits & 0x7fff;
        int exponent = size >> mantissaBits;
        int mantissa = size & ((1 << mantissaBits) - 1);
        float value;
        if (size >= infinity) {
            value = size == infinity ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            value = Math.scalb((float) mantissa, 1 - bias - mantissaBits);
        } else {
            value =
                    Math.scalb(
                            (float) ((1 << mantissaBits) + mantissa),
                            exponent - bias - mantissaBits);
        }
        return bits < 0 ? -value : value;
    }
}
