package io.flinkgpu.inference;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How long an operator puts up with what, and how often it tries.
 *
 * @param maxAttempts of a batch whose device is lost, at least 1
 * @param watchdogTimeout without an answer although rows wait, above zero
 * @param maxRunTime of a device batch, above zero
 * @param loadTimeout of a model, above zero
 * @param maxStuckRuns of a process before it is given up, at least 1
 */
public record FaultConfig(
        int maxAttempts,
        Duration watchdogTimeout,
        Duration maxRunTime,
        Duration loadTimeout,
        int maxStuckRuns)
        implements Serializable {

    static FaultConfig from(ReadableConfig options) {
        return new FaultConfig(
                options.get(InferenceOptions.MAX_ATTEMPTS),
                options.get(InferenceOptions.WATCHDOG_TIMEOUT),
                options.get(InferenceOptions.MAX_RUN_TIME),
                options.get(InferenceOptions.LOAD_TIMEOUT),
                options.get(InferenceOptions.MAX_STUCK_RUNS));
    }

    void collect(List<String> problems) {
        requireAtLeastOne(InferenceOptions.MAX_ATTEMPTS, maxAttempts, problems);
        requireAtLeastOne(InferenceOptions.MAX_STUCK_RUNS, maxStuckRuns, problems);
        requireAboveZero(InferenceOptions.WATCHDOG_TIMEOUT, watchdogTimeout, problems);
        requireAboveZero(InferenceOptions.MAX_RUN_TIME, maxRunTime, problems);
        requireAboveZero(InferenceOptions.LOAD_TIMEOUT, loadTimeout, problems);
    }

    private static void requireAtLeastOne(
            ConfigOption<?> option, int value, List<String> problems) {
        if (value < 1) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(option.key(), value));
        }
    }

    private static void requireAboveZero(
            ConfigOption<?> option, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("Invalid %s: %s. It must be above zero.".formatted(option.key(), value));
        }
    }
}
