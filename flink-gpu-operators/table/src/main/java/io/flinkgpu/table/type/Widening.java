package io.flinkgpu.table.type;

/** Arrays of numbers as arrays of a wider type; the array itself where it has that type. */
final class Widening {

    private Widening() {}

    /** An array of an element's type with the numbers of another that it can hold. */
    static Object to(ElementType element, Object numbers) {
        return switch (element) {
            case SMALLINT -> shorts(numbers);
            case INT -> ints(numbers);
            case BIGINT -> longs(numbers);
            case FLOAT -> floats(numbers);
            case DOUBLE -> doubles(numbers);
            case BOOLEAN, TINYINT, STRING, BYTES -> numbers;
        };
    }

    static short[] shorts(Object numbers) {
        if (numbers instanceof byte[] bytes) {
            short[] wide = new short[bytes.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = bytes[i];
            }
            return wide;
        }
        return (short[]) numbers;
    }

    static int[] ints(Object numbers) {
        if (numbers instanceof int[] ints) {
            return ints;
        }
        short[] shorts = shorts(numbers);
        int[] wide = new int[shorts.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = shorts[i];
        }
        return wide;
    }

    static long[] longs(Object numbers) {
        if (numbers instanceof long[] longs) {
            return longs;
        }
        int[] ints = ints(numbers);
        long[] wide = new long[ints.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = ints[i];
        }
        return wide;
    }

    /** At most 16 bits, or unsigned ones in an int. */
    static float[] floats(Object numbers) {
        if (numbers instanceof float[] floats) {
            return floats;
        }
        int[] ints = ints(numbers);
        float[] wide = new float[ints.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = ints[i];
        }
        return wide;
    }

    /** At most 32 bits, or unsigned ones in a long. */
    static double[] doubles(Object numbers) {
        if (numbers instanceof double[] doubles) {
            return doubles;
        }
        if (numbers instanceof float[] floats) {
            double[] wide = new double[floats.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = floats[i];
            }
            return wide;
        }
        long[] longs = longs(numbers);
        double[] wide = new double[longs.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = longs[i];
        }
        return wide;
    }
}
