package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

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
public record PoolFaultConfig(
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

    /** Reads the options and collects what is wrong with them. */
    public static PoolFaultConfig from(ReadableConfig options, List<String> problems) {
        return new PoolFaultConfig(
                count(options, PoolFaultOptions.RETRY_MAX_TOKENS, problems),
                ratio(options, problems),
                spillBackTime(options, problems),
                share(options, PoolFaultOptions.HEDGE_MAX_SHARE, problems),
                new Ejection(
                        options.get(PoolFaultOptions.EJECTION_ENABLED),
                        count(options, PoolFaultOptions.EJECTION_FAILURES, problems),
                        time(options, PoolFaultOptions.EJECTION_INTERVAL, problems),
                        time(options, PoolFaultOptions.EJECTION_FIRST, problems),
                        time(options, PoolFaultOptions.EJECTION_MAX, problems),
                        share(options, PoolFaultOptions.EJECTION_MAX_SHARE, problems)),
                options.get(PoolFaultOptions.ADAPTIVE_CONCURRENCY));
    }

    private static double ratio(ReadableConfig options, List<String> problems) {
        double value = options.get(PoolFaultOptions.RETRY_TOKEN_RATIO);
        if (!(value > 0 && value <= 1)) {
            problems.add(
                    "Invalid %s: %s. It must be above 0 and at most 1."
                            .formatted(PoolFaultOptions.RETRY_TOKEN_RATIO.key(), value));
        }
        return value;
    }

    private static Duration spillBackTime(ReadableConfig options, List<String> problems) {
        Duration value = options.get(PoolFaultOptions.SPILL_BACK_TIME);
        if (value.isNegative()) {
            problems.add(
                    "Invalid %s: %s. It must not be negative; 0 turns it off."
                            .formatted(PoolFaultOptions.SPILL_BACK_TIME.key(), value));
        }
        return value;
    }

    private static int count(
            ReadableConfig options, ConfigOption<Integer> option, List<String> problems) {
        int value = options.get(option);
        if (value < 1) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(option.key(), value));
        }
        return value;
    }

    private static Duration time(
            ReadableConfig options, ConfigOption<Duration> option, List<String> problems) {
        Duration value = options.get(option);
        if (value.isNegative() || value.isZero()) {
            problems.add("Invalid %s: %s. It must be above zero.".formatted(option.key(), value));
        }
        return value;
    }

    private static double share(
            ReadableConfig options, ConfigOption<Double> option, List<String> problems) {
        double value = options.get(option);
        if (!(value >= 0 && value <= 1)) {
            problems.add("Invalid %s: %s. It must be 0 to 1.".formatted(option.key(), value));
        }
        return value;
    }
}
