package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of a process's server.
 *
 * @param bindHost the interface to listen on
 * @param advertisedHost the name that clients are given
 * @param node this machine, as clients on it name it
 * @param port 0: any free one
 * @param maxWaitingRows of one model on one device, at least 1
 * @param limits of what is read
 * @param maxHeaderBytes of a request, at least 1 KiB
 * @param resultCacheBytes 0: no cache
 */
public record ReplicaServerConfig(
        String bindHost,
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
        PoolSecurity security) {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 65_535;
    private static final int MIN_HEADER_BYTES = 1 << 10;

    /**
     * Reads {@code pool.*}.
     *
     * @param hostName the task manager's, which names the machine, and is advertised where {@code
     *     pool.server.host} is not set
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static ReplicaServerConfig from(ReadableConfig options, String hostName) {
        PoolSecurity security = PoolSecurity.from(options);
        boolean remote = security.allowsRemoteClients();
        String advertised =
                options.getOptional(PoolOptions.SERVER_HOST)
                        .orElse(remote ? hostName : "localhost");
        List<String> problems = problems(options);
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return new ReplicaServerConfig(
                remote ? "0.0.0.0" : LOOPBACK,
                advertised,
                hostName,
                options.get(PoolOptions.SERVER_PORT),
                options.get(PoolOptions.SERVER_LINGER),
                options.get(PoolOptions.SERVER_DRAIN_TIMEOUT),
                options.get(PoolOptions.SERVER_MAX_WAITING_ROWS),
                new ProtocolLimits(
                        options.get(PoolOptions.SERVER_MAX_MESSAGE_SIZE).getBytes(),
                        options.get(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS),
                        options.get(PoolOptions.SERVER_MAX_STRING_SIZE).getBytes()),
                (int) options.get(PoolOptions.SERVER_MAX_HEADER_SIZE).getBytes(),
                options.get(PoolOptions.SERVER_RESULT_CACHE_SIZE).getBytes(),
                options.get(PoolOptions.SERVER_RESULT_CACHE_TIME),
                options.get(PoolOptions.SERVER_HEALTH_INTERVAL),
                options.get(PoolOptions.SERVER_MAX_RUN_TIME),
                security);
    }

    private static List<String> problems(ReadableConfig options) {
        List<String> problems = new ArrayList<>();
        requireWithin(
                PoolOptions.SERVER_PORT.key(),
                options.get(PoolOptions.SERVER_PORT),
                0,
                MAX_PORT,
                problems);
        requireWithin(
                PoolOptions.SERVER_MAX_WAITING_ROWS.key(),
                options.get(PoolOptions.SERVER_MAX_WAITING_ROWS),
                1,
                Integer.MAX_VALUE,
                problems);
        requireWithin(
                PoolOptions.SERVER_MAX_MESSAGE_SIZE.key(),
                options.get(PoolOptions.SERVER_MAX_MESSAGE_SIZE).getBytes(),
                1,
                Integer.MAX_VALUE,
                problems);
        requireWithin(
                PoolOptions.SERVER_MAX_TENSOR_ELEMENTS.key(),
                options.get(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS),
                1,
                Integer.MAX_VALUE,
                problems);
        requireWithin(
                PoolOptions.SERVER_MAX_HEADER_SIZE.key(),
                options.get(PoolOptions.SERVER_MAX_HEADER_SIZE).getBytes(),
                MIN_HEADER_BYTES,
                Integer.MAX_VALUE,
                problems);
        return problems;
    }

    private static void requireWithin(
            String key, long value, long least, long most, List<String> problems) {
        if (value < least || value > most) {
            problems.add("Invalid %s: %d. It must be %d to %d.".formatted(key, value, least, most));
        }
    }
}
