package io.flinkgpu.benchmarks.harness;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * What one run gave.
 *
 * @param value in the scenario's unit; finite and positive, so that ratios exist
 * @param details further numbers by name, the same names in every run of a side
 */
@Internal
public record Measurement(double value, Map<String, Double> details) {

    public Measurement {
        if (!Double.isFinite(value) || value <= 0) {
            throw new IllegalArgumentException(
                    "Invalid measurement: " + value + ". It must be finite and positive.");
        }
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** A measurement without further figures. */
    public static Measurement of(double value) {
        return new Measurement(value, Map.of());
    }
}
