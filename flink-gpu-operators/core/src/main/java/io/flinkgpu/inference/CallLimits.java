package io.flinkgpu.inference;

import io.flinkgpu.inference.config.CheckedOptions;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * How long an operator waits for its model, and how often it tries.
 *
 * @param maxAttempts of a batch whose device is lost, at least 1
 * @param watchdogTimeout without an answer although rows wait, above zero
 * @param maxRunTime of a device batch, above zero
 * @param loadTimeout of a model, above zero
 */
@Internal
public record CallLimits(
        int maxAttempts, Duration watchdogTimeout, Duration maxRunTime, Duration loadTimeout)
        implements Serializable {

    static CallLimits from(CheckedOptions options) {
        return new CallLimits(
                options.atLeastOne(InferenceOptions.MAX_ATTEMPTS),
                options.aboveZero(InferenceOptions.WATCHDOG_TIMEOUT),
                options.aboveZero(InferenceOptions.MAX_RUN_TIME),
                options.aboveZero(InferenceOptions.LOAD_TIMEOUT));
    }
}
