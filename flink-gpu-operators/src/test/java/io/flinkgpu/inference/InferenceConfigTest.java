package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceConfigTest {

    @Test
    void hasTheDefaultsOfTheField() {
        assertThat(InferenceConfig.defaults())
                .isEqualTo(
                        new InferenceConfig(
                                32,
                                Duration.ofMillis(10),
                                64L << 20,
                                128,
                                OutputMode.ORDERED,
                                1,
                                Duration.ofSeconds(60),
                                null));
    }

    @Test
    void readsEveryKey() {
        InferenceConfig config =
                read(
                        Map.of(
                                "inference.batch.max-size", "8",
                                "inference.batch.max-delay", "5 ms",
                                "inference.batch.max-bytes", "1 kb",
                                "inference.capacity", "9",
                                "inference.output-mode", "unordered",
                                "inference.device.run-threads", "2",
                                "inference.model.linger", "1 min",
                                "inference.deadline", "3 s"));

        assertThat(config)
                .isEqualTo(
                        new InferenceConfig(
                                8,
                                Duration.ofMillis(5),
                                1024,
                                9,
                                OutputMode.UNORDERED,
                                2,
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "inference.batch.max-size, 0, Invalid inference.batch.max-size: 0. It must be at least 1.",
        "inference.batch.max-bytes, 0 b, Invalid inference.batch.max-bytes: 0. It must be at least"
                + " 1.",
        "inference.device.run-threads, 0, Invalid inference.device.run-threads: 0. It must be at"
                + " least 1.",
        "inference.capacity, 31, 'Invalid inference.capacity: 31. It must be at least"
                + " inference.batch.max-size, which is 32.'",
        "inference.deadline, 0 s, Invalid inference.deadline: PT0S. It must be above zero; leave it"
                + " out for none."
    })
    void refusesInvalidValue(String key, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void namesEveryInvalidValueAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "inference.batch.max-size", "0",
                                                "inference.device.run-threads", "-1")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("inference.batch.max-size: 0")
                .hasMessageContaining("inference.device.run-threads: -1");
    }

    private static InferenceConfig read(Map<String, String> options) {
        return InferenceConfig.from(Configuration.fromMap(options));
    }
}
