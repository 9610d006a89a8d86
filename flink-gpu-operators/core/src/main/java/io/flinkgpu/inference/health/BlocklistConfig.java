package io.flinkgpu.inference.health;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.EscalationPolicy;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of blocklists.
 *
 * @param devices when devices are blocked
 * @param nodes when nodes are
 * @param checkInterval between two looks of detectors, above zero
 * @param maxStuckRuns of a process before it is given up, at least 1
 */
@Internal
public record BlocklistConfig(
        DeviceStrikes.Rules devices,
        EscalationPolicy nodes,
        Duration checkInterval,
        int maxStuckRuns) {

    /**
     * Reads {@link BlocklistOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static BlocklistConfig from(ReadableConfig options) {
        CheckedOptions checked = new CheckedOptions(options);
        BlocklistConfig config =
                new BlocklistConfig(
                        new DeviceStrikes.Rules(
                                checked.atLeastOne(BlocklistOptions.DEVICE_STRIKES),
                                checked.aboveZero(BlocklistOptions.DEVICE_WINDOW),
                                checked.aboveZero(BlocklistOptions.DEVICE_FIRST_BLOCK),
                                checked.aboveZero(BlocklistOptions.DEVICE_FIRST_FATAL_BLOCK),
                                checked.aboveZero(BlocklistOptions.DEVICE_MAX_BLOCK),
                                checked.share(BlocklistOptions.DEVICE_MAX_SHARE)),
                        new EscalationPolicy(
                                checked.atLeastOne(BlocklistOptions.NODE_DEVICES),
                                checked.aboveZero(BlocklistOptions.NODE_BLOCK),
                                checked.share(BlocklistOptions.NODE_MAX_SHARE)),
                        checked.aboveZero(DetectorOptions.CHECK_INTERVAL),
                        checked.atLeastOne(BlocklistOptions.MAX_STUCK_RUNS));
        checked.throwIfInvalid();
        return config;
    }
}
