package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class ReplicaServerConfigTest {

    @Test
    void hasDefaults() {
        ReplicaServerConfig config = ReplicaServerConfig.from(new Configuration(), "machine");

        assertThat(config)
                .isEqualTo(
                        new ReplicaServerConfig(
                                "localhost",
                                "machine",
                                0,
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(20),
                                1024,
                                new ProtocolLimits(320L << 20, 1L << 29, 16 << 20),
                                16 << 10,
                                64 << 20,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(10),
                                PoolSecurity.loopbackOnly()));
        assertThat(config.isLoopbackOnly()).isTrue();
    }

    @Test
    void readsEveryKey() {
        Configuration options =
                new Configuration()
                        .set(PoolOptions.SERVER_HOST, "gpu-1")
                        .set(PoolOptions.SERVER_PORT, 9000)
                        .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(1))
                        .set(PoolOptions.SERVER_DRAIN_TIMEOUT, Duration.ofSeconds(2))
                        .set(PoolOptions.SERVER_MAX_WAITING_ROWS, 3)
                        .set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, new MemorySize(4096))
                        .set(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS, 5L)
                        .set(PoolOptions.SERVER_MAX_STRING_SIZE, new MemorySize(6))
                        .set(PoolOptions.SERVER_MAX_HEADER_SIZE, new MemorySize(7000))
                        .set(PoolOptions.SERVER_RESULT_CACHE_SIZE, new MemorySize(8))
                        .set(PoolOptions.SERVER_RESULT_CACHE_TIME, Duration.ofSeconds(9))
                        .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ofSeconds(10))
                        .set(PoolOptions.SERVER_MAX_RUN_TIME, Duration.ofSeconds(11))
                        .set(PoolOptions.SERVER_LOAD_TIMEOUT, Duration.ofSeconds(12))
                        .set(PoolOptions.SECURITY, "none");

        assertThat(ReplicaServerConfig.from(options, "machine"))
                .isEqualTo(
                        new ReplicaServerConfig(
                                "gpu-1",
                                "machine",
                                9000,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                3,
                                new ProtocolLimits(4096, 5, 6),
                                7000,
                                8,
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12),
                                new PoolSecurity(true, null, null, null, false, false, null)));
    }

    @Test
    void advertisesTheMachineOnceItIsProtected() {
        Configuration options = new Configuration().set(PoolOptions.TOKEN_FILE, "/token");

        ReplicaServerConfig config = ReplicaServerConfig.from(options, "machine");

        assertThat(config.advertisedHost()).isEqualTo("machine");
        assertThat(config.isLoopbackOnly()).isFalse();
    }

    @Test
    void refusesEveryInvalidValueAtOnce() {
        Configuration options =
                new Configuration()
                        .set(PoolOptions.SERVER_HOST, " ")
                        .set(PoolOptions.SERVER_PORT, 65_536)
                        .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(-1))
                        .set(PoolOptions.SERVER_DRAIN_TIMEOUT, Duration.ofSeconds(-1))
                        .set(PoolOptions.SERVER_MAX_WAITING_ROWS, 0)
                        .set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, new MemorySize(1023))
                        .set(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS, 0L)
                        .set(PoolOptions.SERVER_MAX_STRING_SIZE, MemorySize.ZERO)
                        .set(PoolOptions.SERVER_MAX_HEADER_SIZE, MemorySize.ZERO)
                        .set(PoolOptions.SERVER_RESULT_CACHE_TIME, Duration.ZERO)
                        .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ZERO)
                        .set(PoolOptions.SERVER_MAX_RUN_TIME, Duration.ZERO)
                        .set(PoolOptions.SECURITY, "some");

        assertThatThrownBy(() -> ReplicaServerConfig.from(options, "machine"))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll(
                        "Invalid pool.server.host: ' '.",
                        "Invalid pool.server.port: 65536. It must be 0 to 65535.",
                        "Invalid pool.server.linger: PT-1S. It must not be negative.",
                        "Invalid pool.server.drain-timeout: PT-1S. It must not be negative.",
                        "Invalid pool.server.max-waiting-rows: 0. It must be at least 1.",
                        "Invalid pool.server.max-message-size: 1023 bytes.",
                        "Invalid pool.server.max-tensor-elements: 0. It must be at least 1.",
                        "Invalid pool.server.max-string-size: 0 bytes.",
                        "Invalid pool.server.max-header-size: 0 bytes.",
                        "Invalid pool.server.result-cache-time: PT0S. It must be above zero.",
                        "Invalid pool.server.health-interval: PT0S. It must be above zero.",
                        "Invalid pool.server.max-run-time: PT0S. It must be above zero.",
                        "Invalid pool.security: some.");
    }
}
