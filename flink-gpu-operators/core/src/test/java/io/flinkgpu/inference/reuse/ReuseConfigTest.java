package io.flinkgpu.inference.reuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;

class ReuseConfigTest {

    @Test
    void isOffByDefault() {
        assertThat(read(Map.of()))
                .isEqualTo(new ReuseConfig(false, Duration.ofDays(1), 1_000_000, ""));
    }

    @Test
    void readsEveryKey() {
        assertThat(
                        read(
                                Map.of(
                                        "inference.reuse.enabled", "true",
                                        "inference.reuse.ttl", "2 h",
                                        "inference.reuse.max-entries", "7",
                                        "inference.reuse.generation", "2")))
                .isEqualTo(new ReuseConfig(true, Duration.ofHours(2), 7, "2"));
    }

    @Test
    void refusesEveryInvalidValueAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "inference.reuse.ttl", "0 s",
                                                "inference.reuse.max-entries", "0")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid inference.reuse.max-entries: 0. It must be 1 to 1000000000000. Invalid inference.reuse.ttl: PT0S. It must be above zero.");
    }

    private static ReuseConfig read(Map<String, String> options) {
        return ReuseConfig.from(Configuration.fromMap(options));
    }
}
