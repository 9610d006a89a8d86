package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolFaultOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolClientConfigTest {

    private static final String POOL = "flink://jobmanager:8081/digits";

    @Test
    void aReplicaSaysThatARunIsStuckBeforeItsClientGivesTheAttemptUp() {
        Duration longestWait =
                PoolFaultOptions.SPILL_BACK_TIME
                        .defaultValue()
                        .plus(PoolOptions.SERVER_MAX_RUN_TIME.defaultValue());

        assertThat(longestWait.plusSeconds(1))
                .isLessThan(PoolOptions.ATTEMPT_TIMEOUT.defaultValue());
    }

    @Test
    void hasDefaultsForAllButTheAddress() {
        PoolClientConfig config = read(Map.of("inference.pool.addresses", POOL));

        assertThat(config)
                .isEqualTo(
                        new PoolClientConfig(
                                List.of(PoolAddress.parse(POOL)),
                                2,
                                512,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                config.resultCache(),
                                new ProtocolLimits(320L << 20, 1L << 29, 16L << 20),
                                PoolSecurity.loopbackOnly(),
                                new PoolFaultConfig(
                                        10,
                                        0.1,
                                        Duration.ofSeconds(5),
                                        0,
                                        new PoolFaultConfig.Ejection(
                                                true,
                                                5,
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(30),
                                                Duration.ofMinutes(5),
                                                0.5),
                                        true)));
    }

    @Test
    void readsEveryKey() {
        PoolClientConfig config =
                read(
                        Map.ofEntries(
                                Map.entry(
                                        "inference.pool.addresses", POOL + ";static://gpu-1:9000"),
                                Map.entry("inference.pool.max-in-flight-batches", "4"),
                                Map.entry("inference.pool.max-merged-rows", "0"),
                                Map.entry("inference.pool.attempt-timeout", "1 s"),
                                Map.entry("inference.pool.connect-timeout", "2 s"),
                                Map.entry("inference.pool.keep-alive", "3 s"),
                                Map.entry("inference.pool.result-cache", "true"),
                                Map.entry("pool.server.max-message-size", "1 mb"),
                                Map.entry("pool.server.max-tensor-elements", "5"),
                                Map.entry("pool.server.max-string-size", "6 b"),
                                Map.entry("pool.token-file", "/etc/token"),
                                Map.entry("inference.pool.retry.max-tokens", "20"),
                                Map.entry("inference.pool.retry.token-ratio", "0.2"),
                                Map.entry("inference.pool.spill-back-time", "7 s"),
                                Map.entry("inference.pool.hedge.max-share", "0.05"),
                                Map.entry("inference.pool.ejection.enabled", "false"),
                                Map.entry("inference.pool.ejection.consecutive-failures", "8"),
                                Map.entry("inference.pool.ejection.interval", "9 s"),
                                Map.entry("inference.pool.ejection.first", "10 s"),
                                Map.entry("inference.pool.ejection.max", "11 s"),
                                Map.entry("inference.pool.ejection.max-share", "0.3"),
                                Map.entry("inference.pool.adaptive-concurrency", "false")));

        assertThat(config)
                .isEqualTo(
                        new PoolClientConfig(
                                List.of(
                                        PoolAddress.parse(POOL),
                                        PoolAddress.parse("static://gpu-1:9000")),
                                4,
                                0,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                true,
                                new ProtocolLimits(1 << 20, 5, 6),
                                new PoolSecurity(
                                        false, null, null, null, false, false, "/etc/token"),
                                new PoolFaultConfig(
                                        20,
                                        0.2,
                                        Duration.ofSeconds(7),
                                        0.05,
                                        new PoolFaultConfig.Ejection(
                                                false,
                                                8,
                                                Duration.ofSeconds(9),
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(11),
                                                0.3),
                                        false)));
    }

    @ParameterizedTest
    @CsvSource({
        "inference.pool.max-in-flight-batches, 0, Invalid inference.pool.max-in-flight-batches: 0."
                + " It must be 1 to 1000.",
        "inference.pool.max-in-flight-batches, 1001, Invalid"
                + " inference.pool.max-in-flight-batches: 1001. It must be 1 to 1000.",
        "inference.pool.max-merged-rows, -1, Invalid inference.pool.max-merged-rows: -1. It must be"
                + " at least 0.",
        "inference.pool.retry.max-tokens, 0, Invalid inference.pool.retry.max-tokens: 0. It must be"
                + " at least 1.",
        "inference.pool.retry.token-ratio, 0, Invalid inference.pool.retry.token-ratio: 0.0. It"
                + " must be above 0 and at most 1.",
        "inference.pool.hedge.max-share, 1.1, Invalid inference.pool.hedge.max-share: 1.1. It must"
                + " be 0 to 1.",
        "inference.pool.ejection.interval, 0 s, Invalid inference.pool.ejection.interval: PT0S. It"
                + " must be above zero.",
        "inference.pool.ejection.max-share, 2, Invalid inference.pool.ejection.max-share: 2.0. It"
                + " must be 0 to 1.",
        "inference.pool.attempt-timeout, 0 s, Invalid inference.pool.attempt-timeout: PT0S. It must"
                + " be above zero.",
        "inference.pool.connect-timeout, 0 s, Invalid inference.pool.connect-timeout: PT0S. It must"
                + " be above zero.",
        "inference.pool.keep-alive, 0 s, Invalid inference.pool.keep-alive: PT0S. It must be above"
                + " zero.",
        "pool.server.max-message-size, 0 b, Invalid pool.server.max-message-size: 0 bytes. It must be at"
                + " least 1 byte.",
        "pool.server.max-tensor-elements, 0, Invalid pool.server.max-tensor-elements: 0. It must be"
                + " at least 1.",
        "pool.server.max-string-size, 0 b, Invalid pool.server.max-string-size: 0 bytes. It must be at"
                + " least 1 byte."
    })
    void refusesInvalidValue(String key, String value, String message) {
        assertThatThrownBy(() -> read(Map.of("inference.pool.addresses", POOL, key, value)))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void namesEveryProblemAtOnce() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "inference.pool.keep-alive", "0 s",
                                                "pool.security", "some")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining(
                        "Invalid inference.pool.addresses: empty. Mode separated needs a pool such"
                                + " as flink://jobmanager:8081/digits, here or in the environment"
                                + " variable FLINK_GPU_POOL.")
                .hasMessageContaining("Invalid inference.pool.keep-alive: PT0S.")
                .hasMessageContaining("Invalid pool.security: some.");
    }

    @Test
    void takesAddressesFromTheEnvironmentWhereNoneAreConfigured() {
        Map<String, String> environment =
                Map.of("FLINK_GPU_POOL", "static://gpu-1:9000; static://gpu-2:9000");

        PoolClientConfig byEnvironment = PoolClientConfig.from(new Configuration(), environment);
        PoolClientConfig byOption =
                PoolClientConfig.from(
                        Configuration.fromMap(Map.of("inference.pool.addresses", POOL)),
                        environment);

        assertThat(byEnvironment.pools())
                .extracting(PoolAddress::toString)
                .containsExactly("static://gpu-1:9000", "static://gpu-2:9000");
        assertThat(byOption.pools()).containsExactly(PoolAddress.parse(POOL));
    }

    @Test
    void travelsToTaskManagers() throws Exception {
        PoolClientConfig config = read(Map.of("inference.pool.addresses", POOL));

        assertThat(InstantiationUtil.clone(config)).isEqualTo(config);
    }

    private static PoolClientConfig read(Map<String, String> options) {
        return PoolClientConfig.from(Configuration.fromMap(options), Map.of());
    }
}
