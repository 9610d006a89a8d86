package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        Problems problems = new Problems();
        PoolSecurity security = security(options, problems);
        ReplicaServerConfig config =
                new ReplicaServerConfig(
                        advertisedHost(options, hostName, security, problems),
                        hostName,
                        port(options, problems),
                        notNegative(options, PoolOptions.SERVER_LINGER, problems),
                        notNegative(options, PoolOptions.SERVER_DRAIN_TIMEOUT, problems),
                        (int) atLeastOne(options, PoolOptions.SERVER_MAX_WAITING_ROWS, problems),
                        limits(options, problems),
                        (int)
                                size(
                                        options,
                                        PoolOptions.SERVER_MAX_HEADER_SIZE,
                                        LARGEST_HEADER,
                                        problems),
                        options.get(PoolOptions.SERVER_RESULT_CACHE_SIZE).getBytes(),
                        positive(options, PoolOptions.SERVER_RESULT_CACHE_TIME, problems),
                        positive(options, PoolOptions.SERVER_HEALTH_INTERVAL, problems),
                        positive(options, PoolOptions.SERVER_MAX_RUN_TIME, problems),
                        positive(options, PoolOptions.SERVER_LOAD_TIMEOUT, problems),
                        security);
        problems.throwIfAny();
        return config;
    }

    /** Whether only clients on this machine reach the server. */
    public boolean isLoopbackOnly() {
        return !security.allowsRemoteClients();
    }

    private static PoolSecurity security(ReadableConfig options, Problems problems) {
        try {
            return PoolSecurity.from(options);
        } catch (IllegalConfigurationException contradiction) {
            problems.add(contradiction.getMessage());
            return PoolSecurity.loopbackOnly();
        }
    }

    private static String advertisedHost(
            ReadableConfig options, String hostName, PoolSecurity security, Problems problems) {
        String host = options.getOptional(PoolOptions.SERVER_HOST).orElse(hostName);
        if (host.isBlank()) {
            problems.add(
                    "Invalid %s: '%s'. It must not be blank; leave it out for the task manager's."
                            .formatted(PoolOptions.SERVER_HOST.key(), host));
        }
        return security.allowsRemoteClients() ? host : LOOPBACK;
    }

    private static int port(ReadableConfig options, Problems problems) {
        int port = options.get(PoolOptions.SERVER_PORT);
        problems.require(
                port >= 0 && port <= MAX_PORT,
                PoolOptions.SERVER_PORT,
                port,
                "It must be 0 to 65535.");
        return port;
    }

    private static ProtocolLimits limits(ReadableConfig options, Problems problems) {
        return new ProtocolLimits(
                size(options, PoolOptions.SERVER_MAX_MESSAGE_SIZE, LARGEST_MESSAGE, problems),
                atLeastOne(options, PoolOptions.SERVER_MAX_TENSOR_ELEMENTS, problems),
                stringSize(options, problems));
    }

    private static long stringSize(ReadableConfig options, Problems problems) {
        long bytes = options.get(PoolOptions.SERVER_MAX_STRING_SIZE).getBytes();
        problems.require(
                bytes >= 1,
                PoolOptions.SERVER_MAX_STRING_SIZE,
                new MemorySize(bytes),
                "It must be at least 1 byte.");
        return bytes;
    }

    private static long size(
            ReadableConfig options, ConfigOption<MemorySize> option, long most, Problems problems) {
        long bytes = options.get(option).getBytes();
        problems.require(
                bytes >= SMALLEST_SIZE && bytes <= most,
                option,
                new MemorySize(bytes),
                "It must be %d to %d bytes.".formatted(SMALLEST_SIZE, most));
        return bytes;
    }

    private static long atLeastOne(
            ReadableConfig options, ConfigOption<? extends Number> option, Problems problems) {
        long value = options.get(option).longValue();
        problems.require(value >= 1, option, value, "It must be at least 1.");
        return value;
    }

    private static Duration notNegative(
            ReadableConfig options, ConfigOption<Duration> option, Problems problems) {
        Duration value = options.get(option);
        problems.require(!value.isNegative(), option, value, "It must not be negative.");
        return value;
    }

    private static Duration positive(
            ReadableConfig options, ConfigOption<Duration> option, Problems problems) {
        Duration value = options.get(option);
        problems.require(
                !value.isNegative() && !value.isZero(), option, value, "It must be above zero.");
        return value;
    }

    /** What is wrong, thrown once. */
    private static final class Problems {
        private final List<String> found = new ArrayList<>();

        private void add(String problem) {
            found.add(problem);
        }

        private void require(boolean valid, ConfigOption<?> option, Object value, String bound) {
            if (!valid) {
                found.add("Invalid %s: %s. %s".formatted(option.key(), value, bound));
            }
        }

        private void throwIfAny() {
            if (!found.isEmpty()) {
                throw new IllegalConfigurationException(String.join(" ", found));
            }
        }
    }
}
