package io.flinkgpu.resources;

import java.math.BigDecimal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The arithmetic of GPU amounts, in whole thousandths of a device, so that ten times 0.1 is exactly
 * one.
 *
 * <p>Stateless and safe for any thread.
 */
@PublicEvolving
public final class GpuAmount {

    /** One whole device in thousandths. */
    public static final int WHOLE = 1000;

    // Keeps thousandths within an int.
    private static final double MAX = 1e6;

    private GpuAmount() {}

    /**
     * Returns whether {@code gpus} is finite, not negative, at most a million, and a whole number
     * of thousandths.
     */
    public static boolean isRepresentable(double gpus) {
        return Double.isFinite(gpus)
                && gpus >= 0
                && gpus <= MAX
                && scaled(gpus).stripTrailingZeros().scale() <= 0;
    }

    /**
     * Returns {@code gpus} in thousandths of a device.
     *
     * @throws IllegalArgumentException if the amount is not {@linkplain #isRepresentable
     *     representable}
     */
    public static int thousandths(double gpus) {
        if (!isRepresentable(gpus)) {
            throw new IllegalArgumentException(
                    "Invalid GPU amount: "
                            + gpus
                            + ". It must be a multiple of 0.001, at least 0.");
        }
        return scaled(gpus).intValueExact();
    }

    private static BigDecimal scaled(double gpus) {
        return BigDecimal.valueOf(gpus).movePointRight(3);
    }
}
