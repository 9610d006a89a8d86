package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of a replica server.
 *
 * @param advertisedHost what clients connect to
 * @param node the machine, as its neighbours name it
 * @param port 0 to 65535; 0: a free one
 * @param linger after a replica's subtask has gone, not negative
 * @param drainTimeout for what a replica that ends still has, not negative
 * @param maxWaitingRows of a model on a replica, at least 1
 * @param limits of messages
 * @param maxHeaderBytes at least 1 KiB
 * @param resultCacheBytes 0: no cache
 * @param resultCacheTime above zero
 * @param healthInterval above zero
 * @param maxRunTime above zero
 * @param loadTimeout above zero
 */
@Internal
public record ReplicaServerConfig(
        String advertisedHost,
        String node,
        int port,
        Duration linger,
        Duration drainTimeout,
        int maxWaitingRows,
        ProtocolLimits limits,
        int maxHeaderBytes,
        long resultCacheBytes,
        Duration resultCacheTime,
        Duration healthInterval,
        Duration maxRunTime,
        Duration loadTimeout,
        PoolSecurity security)
        implements Serializable {

    private static final String LOOPBACK = "localhost";
    private static final int MAX_PORT = 65_535;
    private static final long SMALLEST_SIZE = 1 << 10;
    private static final long LARGEST_MESSAGE = Integer.MAX_VALUE - (1L << 20);
    private static final long LARGEST_HEADER = 1 << 20;

    /** Whether clients reach a server with the other configuration in the same way. */
    boolean isReachedLike(ReplicaServerConfig other) {
        return port == other.port
                && advertisedHost.equals(other.advertisedHost)
                && security.equals(other.security);
    }

    /**
     * Reads {@link PoolOptions}; {@code hostName} is the machine's, and advertised where none is
     * set. A server that is neither protected nor open by wish is advertised as localhost.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static ReplicaServerConfig from(ReadableConfig options, String hostName) {
        CheckedOptions checked = new CheckedOptions(options);
        PoolSecurity security = security(options, checked);
        ReplicaServerConfig config =
                new ReplicaServerConfig(
                        advertisedHost(checked, hostName, security),
                        hostName,
                        port(checked),
                        checked.notNegative(PoolOptions.SERVER_LINGER),
                        checked.notNegative(PoolOptions.SERVER_DRAIN_TIMEOUT),
                        checked.atLeastOne(PoolOptions.SERVER_MAX_WAITING_ROWS),
                        limits(checked),
                        (int) size(checked, PoolOptions.SERVER_MAX_HEADER_SIZE, LARGEST_HEADER),
                        options.get(PoolOptions.SERVER_RESULT_CACHE_SIZE).getBytes(),
                        checked.aboveZero(PoolOptions.SERVER_RESULT_CACHE_TIME),
                        checked.aboveZero(PoolOptions.SERVER_HEALTH_INTERVAL),
                        checked.aboveZero(PoolOptions.SERVER_MAX_RUN_TIME),
                        checked.aboveZero(PoolOptions.SERVER_LOAD_TIMEOUT),
                        security);
        checked.throwIfInvalid();
        return config;
    }

    /** Whether only clients on this machine reach the server. */
    public boolean isLoopbackOnly() {
        return !security.allowsRemoteClients();
    }

    private static PoolSecurity security(ReadableConfig options, CheckedOptions problems) {
        try {
            return PoolSecurity.from(options);
        } catch (IllegalConfigurationException contradiction) {
            problems.add(contradiction.getMessage());
            return PoolSecurity.loopbackOnly();
        }
    }

    private static String advertisedHost(
            CheckedOptions options, String hostName, PoolSecurity security) {
        String host = options.getOptional(PoolOptions.SERVER_HOST).orElse(hostName);
        options.require(
                !host.isBlank(),
                PoolOptions.SERVER_HOST,
                "'" + host + "'",
                "It must not be blank; leave it out for the task manager's.");
        return security.allowsRemoteClients() ? host : LOOPBACK;
    }

    private static int port(CheckedOptions options) {
        int port = options.get(PoolOptions.SERVER_PORT);
        options.require(
                port >= 0 && port <= MAX_PORT,
                PoolOptions.SERVER_PORT,
                port,
                "It must be 0 to 65535.");
        return port;
    }

    private static ProtocolLimits limits(CheckedOptions options) {
        return new ProtocolLimits(
                size(options, PoolOptions.SERVER_MAX_MESSAGE_SIZE, LARGEST_MESSAGE),
                options.atLeastOne(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS),
                options.bytes(PoolOptions.SERVER_MAX_STRING_SIZE));
    }

    private static long size(CheckedOptions options, ConfigOption<MemorySize> option, long most) {
        MemorySize value = options.get(option);
        options.require(
                value.getBytes() >= SMALLEST_SIZE && value.getBytes() <= most,
                option,
                value,
                "It must be %d to %d bytes.".formatted(SMALLEST_SIZE, most));
        return value.getBytes();
    }
}
