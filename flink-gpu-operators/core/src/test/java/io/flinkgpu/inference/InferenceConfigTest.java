package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
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
                                32,
                                Duration.ofMillis(10),
                                64L << 20,
                                128,
                                256L << 20,
                                OutputMode.ORDERED,
                                1,
                                Duration.ofSeconds(60),
                                null,
                                new InferenceConfig.Limits(
                                        4,
                                        Duration.ofMinutes(2),
                                        Duration.ofSeconds(60),
                                        Duration.ofMinutes(10))));
    }

    @Test
    void readsEveryKey() {
        InferenceConfig config =
                read(
                        Map.ofEntries(
                                Map.entry("inference.batch.max-size", "8"),
                                Map.entry("inference.batch.max-delay", "5 ms"),
                                Map.entry("inference.batch.max-bytes", "1 kb"),
                                Map.entry("inference.batch.adaptive", "true"),
                                Map.entry("inference.batch.adaptive-max-size", "11"),
                                Map.entry("inference.capacity", "44"),
                                Map.entry("inference.capacity-bytes", "3 kb"),
                                Map.entry("inference.output-mode", "unordered"),
                                Map.entry("inference.device.run-threads", "2"),
                                Map.entry("inference.model.linger", "1 min"),
                                Map.entry("inference.deadline", "3 s"),
                                Map.entry("inference.max-attempts", "7"),
                                Map.entry("inference.watchdog.timeout", "8 s"),
                                Map.entry("inference.device.max-run-time", "9 s"),
                                Map.entry("inference.model.load-timeout", "10 s")));

        assertThat(config)
                .isEqualTo(
                        new InferenceConfig(
                                8,
                                11,
                                Duration.ofMillis(5),
                                1024,
                                44,
                                3 * 1024,
                                OutputMode.UNORDERED,
                                2,
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(3),
                                new InferenceConfig.Limits(
                                        7,
                                        Duration.ofSeconds(8),
                                        Duration.ofSeconds(9),
                                        Duration.ofSeconds(10))));
    }

    @ParameterizedTest
    @CsvSource({
        "inference.batch.max-size, 0, Invalid inference.batch.max-size: 0. It must be at least 1.",
        "inference.batch.adaptive-max-size, 31, 'Invalid inference.batch.adaptive-max-size: 31. It"
                + " must be at least inference.batch.max-size, which is 32.'",
        "inference.batch.max-bytes, 0 b, Invalid inference.batch.max-bytes: 0 bytes. It must be at"
                + " least 1 byte.",
        "inference.device.run-threads, 0, Invalid inference.device.run-threads: 0. It must be at"
                + " least 1.",
        "inference.capacity, 31, 'Invalid inference.capacity: 31. It must be at least"
                + " inference.batch.max-size, which is 32.'",
        "inference.capacity-bytes, 0 b, Invalid inference.capacity-bytes: 0 bytes. It must be at"
                + " least 1 byte.",
        "inference.max-attempts, 0, Invalid inference.max-attempts: 0. It must be at least 1.",
        "inference.watchdog.timeout, 0 s, Invalid inference.watchdog.timeout: PT0S. It must be"
                + " above zero.",
        "inference.device.max-run-time, 0 s, Invalid inference.device.max-run-time: PT0S. It must"
                + " be above zero.",
        "inference.model.load-timeout, 0 s, Invalid inference.model.load-timeout: PT0S. It must be"
                + " above zero.",
        "inference.deadline, 0 s, Invalid inference.deadline: PT0S. It must be above zero; leave it"
                + " out for none."
    })
    void refusesInvalidValue(String key, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void takesFourBatchesWhereNoCapacityIsSet() {
        InferenceConfig config =
                read(
                        Map.of(
                                "inference.batch.max-size", "5",
                                "inference.batch.max-bytes", "7 b"));

        assertThat(config.capacity()).isEqualTo(20);
        assertThat(config.capacityBytes()).isEqualTo(28);
    }

    @Test
    void neverOverflowsItsCapacity() {
        InferenceConfig config =
                read(
                        Map.of(
                                "inference.batch.max-size", "2147483647",
                                "inference.batch.max-bytes", "9223372036854775807 b"));

        assertThat(config.capacity()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.capacityBytes()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 512",
        "'inference.batch.adaptive-max-size=100', 100",
        "'inference.capacity=400', 100",
        "'inference.batch.adaptive-max-size=90;inference.capacity=400', 90",
        "'inference.capacity=127', 32",
        "'inference.batch.max-size=2147483647', 2147483647"
    })
    void batchesGrowToTheirMostAndToAQuarterOfTheCapacity(String options, int most) {
        InferenceConfig config = readAdaptive(options);

        assertThat(config.adaptiveMaxBatchSize()).isEqualTo(most);
    }

    @Test
    void batchesKeepTheirSizeUnlessTheyAreAdaptive() {
        InferenceConfig config = read(Map.of("inference.batch.adaptive-max-size", "64"));

        assertThat(config.adaptiveMaxBatchSize()).isEqualTo(32);
        assertThat(config.capacityAt(32)).isEqualTo(128);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 32, 128",
        "'', 512, 2048",
        "'', 8, 128",
        "'inference.capacity=300', 32, 288",
        "'inference.capacity=300', 64, 256",
        "'inference.capacity=33', 32, 33"
    })
    void holdsWholeBatchesInFlightAtEachSize(String options, int batchSize, int rows) {
        InferenceConfig config = readAdaptive(options);

        assertThat(config.capacityAt(batchSize)).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({
        // of the settings: batch, adaptive, capacity; of the caller; what is left of them
        "32,, 10, 10, 10, 10",
        "32,, 100, 32, 32, 100",
        "32,, 1000, 32, 32, 128",
        "32, 512, 1000, 32, 250, 128",
        "32, 512, 100, 32, 32, 100",
        "32, 512, 1, 1, 1, 1"
    })
    void batchesNeedNoMoreThanACallerHas(
            String batch, String adaptive, int ofCaller, int rows, int most, int capacity) {
        Map<String, String> options = new HashMap<>(Map.of("inference.batch.max-size", batch));
        if (adaptive != null) {
            options.put("inference.batch.adaptive", "true");
            options.put("inference.batch.adaptive-max-size", adaptive);
        }

        InferenceConfig config = read(options).withCapacity(ofCaller);

        assertThat(config.maxBatchSize()).isEqualTo(rows);
        assertThat(config.adaptiveMaxBatchSize()).isEqualTo(most);
        assertThat(config.capacity()).isEqualTo(capacity);
        assertThat(config.capacityAt(most)).isLessThanOrEqualTo(ofCaller);
    }

    @Test
    void callIsGivenUpByWhoeverIsFirst() {
        assertThat(InferenceConfig.defaults().longestCall()).isEqualTo(Duration.ofSeconds(60));
        assertThat(read(Map.of("inference.deadline", "3 s")).longestCall())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(read(Map.of("inference.watchdog.timeout", "5 s")).longestCall())
                .isEqualTo(Duration.ofSeconds(5));
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

    private static InferenceConfig readAdaptive(String options) {
        Map<String, String> all = new HashMap<>();
        all.put("inference.batch.adaptive", "true");
        for (String option : options.isEmpty() ? new String[0] : options.split(";", -1)) {
            String[] keyAndValue = option.split("=", 2);
            all.put(keyAndValue[0], keyAndValue[1]);
        }
        return read(all);
    }

    private static InferenceConfig read(Map<String, String> options) {
        return InferenceConfig.from(Configuration.fromMap(options));
    }
}
