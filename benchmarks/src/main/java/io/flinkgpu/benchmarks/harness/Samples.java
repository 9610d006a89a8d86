package io.flinkgpu.benchmarks.harness;

import java.util.Collection;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** A few measured numbers, at least one, in ascending order. */
@Internal
public final class Samples {

    private final List<Double> sorted;

    private Samples(List<Double> sorted) {
        this.sorted = sorted;
    }

    /**
     * Sorts what was measured.
     *
     * @throws IllegalArgumentException if there is nothing
     */
    public static Samples of(Collection<? extends Number> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid samples: none. There must be at least one.");
        }
        return new Samples(values.stream().map(Number::doubleValue).sorted().toList());
    }

    /** How many values there are. */
    public int count() {
        return sorted.size();
    }

    /** The least value. */
    public double min() {
        return sorted.get(0);
    }

    /** The greatest value. */
    public double max() {
        return sorted.get(sorted.size() - 1);
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        int upper = sorted.size() / 2;
        int lower = (sorted.size() - 1) / 2;
        return (sorted.get(lower) + sorted.get(upper)) / 2;
    }

    /**
     * The smallest sample that at least the given share of samples does not exceed (nearest rank,
     * so always a value that was measured).
     *
     * @param share above 0, at most 1
     */
    public double quantile(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid quantile: " + share + ". It must be above 0 and at most 1.");
        }
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
