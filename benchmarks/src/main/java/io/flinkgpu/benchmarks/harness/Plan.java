package io.flinkgpu.benchmarks.harness;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * How often a scenario is measured.
 *
 * @param warmUps runs of each side before the first that counts, not negative
 * @param repetitions measured pairs, at least 1
 * @param length of the steady part of a run, where the scenario can choose
 */
@Internal
public record Plan(int warmUps, int repetitions, Duration length) {

    public Plan {
        if (warmUps < 0) {
            throw new IllegalArgumentException(
                    "Invalid warm-ups: " + warmUps + ". They must not be negative.");
        }
        if (repetitions < 1) {
            throw new IllegalArgumentException(
                    "Invalid repetitions: " + repetitions + ". They must be at least 1.");
        }
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException(
                    "Invalid length of a run: " + length + ". It must be positive.");
        }
    }
}
