package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolFaultConfig;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of a pipeline's side of its pools.
 *
 * @param pools at least one
 * @param maxInFlightBatches of one process on one replica, 1 to 1000
 * @param attemptTimeout after which a batch goes to another replica, above zero
 * @param connectTimeout above zero
 * @param keepAlive between two probes of a quiet connection, above zero
 * @param resultCache whether replicas may answer from memory
 * @param limits of the responses that are read
 * @param security how replicas are reached
 * @param faults what is done about replicas that fail
 */
public record PoolClientConfig(
        List<PoolAddress> pools,
        int maxInFlightBatches,
        Duration attemptTimeout,
        Duration connectTimeout,
        Duration keepAlive,
        boolean resultCache,
        ProtocolLimits limits,
        PoolSecurity security,
        PoolFaultConfig faults)
        implements Serializable {

    private static final int MOST_IN_FLIGHT_BATCHES = 1000;

    /** Copies the pools. */
    public PoolClientConfig {
        pools = List.copyOf(pools);
    }

    /**
     * Reads the options, and the addresses from the environment where the options have none.
     *
     * @throws IllegalConfigurationException naming every invalid option
     */
    public static PoolClientConfig from(ReadableConfig options, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        PoolClientConfig config =
                new PoolClientConfig(
                        pools(addresses(options, environment), problems),
                        options.get(PoolOptions.MAX_IN_FLIGHT_BATCHES),
                        options.get(PoolOptions.ATTEMPT_TIMEOUT),
                        options.get(PoolOptions.CONNECT_TIMEOUT),
                        options.get(PoolOptions.KEEP_ALIVE),
                        options.get(PoolOptions.RESULT_CACHE),
                        limits(options),
                        security(options, problems),
                        PoolFaultConfig.from(options, problems));
        config.check(problems);
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return config;
    }

    private void check(List<String> problems) {
        if (maxInFlightBatches < 1 || maxInFlightBatches > MOST_IN_FLIGHT_BATCHES) {
            problems.add(
                    "Invalid %s: %d. It must be 1 to %d."
                            .formatted(
                                    PoolOptions.MAX_IN_FLIGHT_BATCHES.key(),
                                    maxInFlightBatches,
                                    MOST_IN_FLIGHT_BATCHES));
        }
        requireAboveZero(PoolOptions.ATTEMPT_TIMEOUT, attemptTimeout, problems);
        requireAboveZero(PoolOptions.CONNECT_TIMEOUT, connectTimeout, problems);
        requireAboveZero(PoolOptions.KEEP_ALIVE, keepAlive, problems);
        requireAtLeastOne(PoolOptions.SERVER_MAX_MESSAGE_SIZE, limits.maxMessageBytes(), problems);
        requireAtLeastOne(
                PoolOptions.SERVER_MAX_TENSOR_ELEMENTS, limits.maxTensorElements(), problems);
        requireAtLeastOne(PoolOptions.SERVER_MAX_STRING_SIZE, limits.maxStringBytes(), problems);
    }

    private static List<String> addresses(ReadableConfig options, Map<String, String> environment) {
        return options.getOptional(PoolOptions.ADDRESSES)
                .orElseGet(
                        () ->
                                split(
                                        environment.getOrDefault(
                                                PoolOptions.ADDRESS_ENVIRONMENT_VARIABLE, "")));
    }

    private static List<String> split(String addresses) {
        return Arrays.stream(addresses.split(";", -1)).filter(text -> !text.isBlank()).toList();
    }

    private static List<PoolAddress> pools(List<String> addresses, List<String> problems) {
        if (addresses.isEmpty()) {
            problems.add(
                    "Invalid %s: empty. Mode separated needs a pool such as flink://jobmanager:8081/digits, here or in the environment variable %s."
                            .formatted(
                                    PoolOptions.ADDRESSES.key(),
                                    PoolOptions.ADDRESS_ENVIRONMENT_VARIABLE));
        }
        List<PoolAddress> pools = new ArrayList<>();
        for (String address : addresses) {
            try {
                pools.add(PoolAddress.parse(address));
            } catch (IllegalArgumentException invalid) {
                problems.add(invalid.getMessage());
            }
        }
        return pools;
    }

    private static ProtocolLimits limits(ReadableConfig options) {
        return new ProtocolLimits(
                options.get(PoolOptions.SERVER_MAX_MESSAGE_SIZE).getBytes(),
                options.get(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS),
                options.get(PoolOptions.SERVER_MAX_STRING_SIZE).getBytes());
    }

    private static PoolSecurity security(ReadableConfig options, List<String> problems) {
        try {
            return PoolSecurity.from(options);
        } catch (IllegalConfigurationException invalid) {
            problems.add(invalid.getMessage());
            return PoolSecurity.loopbackOnly();
        }
    }

    private static void requireAboveZero(
            ConfigOption<Duration> option, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add("Invalid %s: %s. It must be above zero.".formatted(option.key(), value));
        }
    }

    private static void requireAtLeastOne(
            ConfigOption<?> option, long value, List<String> problems) {
        if (value < 1) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(option.key(), value));
        }
    }
}
