package io.flinkgpu.benchmarks.harness;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collection;
import org.apache.flink.annotation.Internal;

/** Median and range of one number over all repetitions. */
@Internal
@JsonPropertyOrder({"median", "min", "max"})
public record Summary(double median, double min, double max) {

    /**
     * Sums up one number of several runs.
     *
     * @throws IllegalArgumentException if there are no values
     */
    public static Summary of(Collection<? extends Number> values) {
        Samples samples = Samples.of(values);
        return new Summary(samples.median(), samples.min(), samples.max());
    }

    Summary rounded() {
        return new Summary(
                SignificantDigits.round(median),
                SignificantDigits.round(min),
                SignificantDigits.round(max));
    }
}
