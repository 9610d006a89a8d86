package io.flinkgpu.benchmarks.harness;

import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.flink.annotation.Internal;

/** Rounds numbers for people: four significant digits, more than repetitions agree on. */
@Internal
public final class SignificantDigits {

    private static final MathContext FOUR = new MathContext(4);

    private SignificantDigits() {}

    /** Whole numbers above four digits keep them all. */
    public static double round(double value) {
        if (!Double.isFinite(value)) {
            return value;
        }
        return Math.abs(value) >= 10_000
                ? Math.rint(value)
                : new BigDecimal(value).round(FOUR).doubleValue();
    }
}
