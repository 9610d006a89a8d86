package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.DeviceStrikes;
import io.flinkgpu.inference.fault.EscalationPolicy;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlocklistConfigTest {

    @Test
    void hasTheDefaultsOfTheField() {
        assertThat(read(Map.of()))
                .isEqualTo(
                        new BlocklistConfig(
                                DeviceStrikes.Rules.defaults(),
                                EscalationPolicy.defaults(),
                                Duration.ofSeconds(1),
                                3));
    }

    @Test
    void readsEveryKey() {
        BlocklistConfig config =
                read(
                        Map.ofEntries(
                                Map.entry("blocklist.device.strikes", "4"),
                                Map.entry("blocklist.device.window", "1 min"),
                                Map.entry("blocklist.device.first-block", "2 min"),
                                Map.entry("blocklist.device.first-fatal-block", "3 min"),
                                Map.entry("blocklist.device.max-block", "4 min"),
                                Map.entry("blocklist.device.max-share", "0.25"),
                                Map.entry("blocklist.node.devices", "5"),
                                Map.entry("blocklist.node.block", "6 min"),
                                Map.entry("blocklist.node.max-share", "0.75"),
                                Map.entry("detector.check-interval", "7 s"),
                                Map.entry("inference.device.max-stuck-runs", "11")));

        assertThat(config)
                .isEqualTo(
                        new BlocklistConfig(
                                new DeviceStrikes.Rules(
                                        4,
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(2),
                                        Duration.ofMinutes(3),
                                        Duration.ofMinutes(4),
                                        0.25),
                                new EscalationPolicy(5, Duration.ofMinutes(6), 0.75),
                                Duration.ofSeconds(7),
                                11));
    }

    @ParameterizedTest
    @CsvSource({
        "blocklist.device.strikes, 0, It must be at least 1.",
        "blocklist.device.window, 0 s, It must be above zero.",
        "blocklist.device.first-block, 0 s, It must be above zero.",
        "blocklist.device.first-fatal-block, 0 s, It must be above zero.",
        "blocklist.device.max-block, 0 s, It must be above zero.",
        "blocklist.device.max-share, 1.5, It must be 0 to 1.",
        "blocklist.node.devices, 0, It must be at least 1.",
        "blocklist.node.block, 0 s, It must be above zero.",
        "blocklist.node.max-share, -1, It must be 0 to 1.",
        "detector.check-interval, 0 s, It must be above zero.",
        "inference.device.max-stuck-runs, 0, It must be at least 1.",
    })
    void refusesInvalidValue(String key, String value, String bound) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageStartingWith("Invalid " + key + ": ")
                .hasMessageEndingWith(bound);
    }

    private static BlocklistConfig read(Map<String, String> options) {
        return BlocklistConfig.from(Configuration.fromMap(options));
    }
}
