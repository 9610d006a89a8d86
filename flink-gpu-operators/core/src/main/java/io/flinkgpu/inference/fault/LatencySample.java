package io.flinkgpu.inference.fault;

import java.util.Arrays;
import java.util.OptionalLong;

/** The latest of some times, of bounded number. Not thread-safe. */
final class LatencySample {

    private static final int SIZE = 256;

    private final long[] nanos = new long[SIZE];
    private long count;

    void add(long value) {
        nanos[(int) (count % SIZE)] = value;
        count++;
    }

    /** The value in the middle, the lower of two; empty without values. */
    OptionalLong median() {
        return quantile(0.5);
    }

    /**
     * A value that so large a share of the sample does not exceed; empty without values.
     *
     * @param share above 0 and at most 1
     */
    OptionalLong quantile(double share) {
        int kept = (int) Math.min(count, SIZE);
        if (kept == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(nanos, kept);
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[(int) Math.ceil(share * kept) - 1]);
    }

    void clear() {
        count = 0;
    }
}
