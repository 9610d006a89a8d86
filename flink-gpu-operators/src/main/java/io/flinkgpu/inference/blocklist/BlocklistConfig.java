package io.flinkgpu.inference.blocklist;

import io.flinkgpu.inference.detector.DetectorOptions;
import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.EscalationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of blocklists.
 *
 * @param devices when devices are blocked
 * @param nodes when nodes are
 * @param checkInterval between two looks of detectors, above zero
 */
public record BlocklistConfig(
        DeviceStrikes.Rules devices, EscalationPolicy nodes, Duration checkInterval) {

    /**
     * Reads {@link BlocklistOptions}.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static BlocklistConfig from(ReadableConfig options) {
        List<String> problems = new ArrayList<>();
        BlocklistConfig config =
                new BlocklistConfig(
                        new DeviceStrikes.Rules(
                                count(options, BlocklistOptions.DEVICE_STRIKES, problems),
                                time(options, BlocklistOptions.DEVICE_WINDOW, problems),
                                time(options, BlocklistOptions.DEVICE_FIRST_BLOCK, problems),
                                time(options, BlocklistOptions.DEVICE_FIRST_FATAL_BLOCK, problems),
                                time(options, BlocklistOptions.DEVICE_MAX_BLOCK, problems),
                                share(options, BlocklistOptions.DEVICE_MAX_SHARE, problems)),
                        new EscalationPolicy(
                                count(options, BlocklistOptions.NODE_DEVICES, problems),
                                time(options, BlocklistOptions.NODE_BLOCK, problems),
                                share(options, BlocklistOptions.NODE_MAX_SHARE, problems)),
                        time(options, DetectorOptions.CHECK_INTERVAL, problems));
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return config;
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
