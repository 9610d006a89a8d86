package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import java.io.Serializable;
import java.time.Duration;

/**
 * The settings of {@link PoolFaultOptions}.
 *
 * @param retryMaxTokens at least 1
 * @param retryTokenRatio above 0, at most 1
 * @param spillBackTime not negative; zero: off
 * @param hedgeMaxShare 0 to 1
 * @param ejection when replicas are ejected
 * @param adaptiveConcurrency whether slow replicas get fewer batches at once
 */
record PoolFaultConfig(
        int retryMaxTokens,
        double retryTokenRatio,
        Duration spillBackTime,
        double hedgeMaxShare,
        Ejection ejection,
        boolean adaptiveConcurrency)
        implements Serializable {

    /**
     * When replicas are ejected.
     *
     * @param consecutiveFailures at least 1
     * @param interval between comparisons, above zero
     * @param first ejection, above zero
     * @param max ejection, above zero
     * @param maxShare 0 to 1
     */
    public record Ejection(
            boolean enabled,
            int consecutiveFailures,
            Duration interval,
            Duration first,
            Duration max,
            double maxShare)
            implements Serializable {}

    /** Reads the options, which collect what is wrong with them. */
    public static PoolFaultConfig from(CheckedOptions options) {
        return new PoolFaultConfig(
                options.atLeastOne(PoolFaultOptions.RETRY_MAX_TOKENS),
                ratio(options),
                spillBackTime(options),
                options.share(PoolFaultOptions.HEDGE_MAX_SHARE),
                new Ejection(
                        options.get(PoolFaultOptions.EJECTION_ENABLED),
                        options.atLeastOne(PoolFaultOptions.EJECTION_FAILURES),
                        options.aboveZero(PoolFaultOptions.EJECTION_INTERVAL),
                        options.aboveZero(PoolFaultOptions.EJECTION_FIRST),
                        options.aboveZero(PoolFaultOptions.EJECTION_MAX),
                        options.share(PoolFaultOptions.EJECTION_MAX_SHARE)),
                options.get(PoolFaultOptions.ADAPTIVE_CONCURRENCY));
    }

    private static Duration spillBackTime(CheckedOptions options) {
        Duration value = options.get(PoolFaultOptions.SPILL_BACK_TIME);
        options.require(
                !value.isNegative(),
                PoolFaultOptions.SPILL_BACK_TIME,
                value,
                "It must not be negative; 0 turns it off.");
        return value;
    }

    private static double ratio(CheckedOptions options) {
        double value = options.get(PoolFaultOptions.RETRY_TOKEN_RATIO);
        options.require(
                value > 0 && value <= 1,
                PoolFaultOptions.RETRY_TOKEN_RATIO,
                value,
                "It must be above 0 and at most 1.");
        return value;
    }
}
