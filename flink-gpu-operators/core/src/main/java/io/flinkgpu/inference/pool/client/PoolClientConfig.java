package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The valid settings of a pipeline's side of its pools.
 *
 * @param pools at least one
 * @param maxInFlightBatches of one process on one replica, 1 to 1000
 * @param maxMergedRows of a request that carries several batches; 0: none does
 * @param attemptTimeout after which a batch goes to another replica, above zero
 * @param connectTimeout above zero
 * @param keepAlive between two probes of a quiet connection, above zero
 * @param resultCache whether replicas may answer from memory
 * @param limits of the responses that are read
 * @param security how replicas are reached
 * @param faults what is done about replicas that fail
 */
@Internal
public record PoolClientConfig(
        List<PoolAddress> pools,
        int maxInFlightBatches,
        int maxMergedRows,
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
        CheckedOptions checked = new CheckedOptions(options);
        PoolClientConfig config =
                new PoolClientConfig(
                        pools(addresses(options, environment), checked),
                        maxInFlightBatches(checked),
                        maxMergedRows(checked),
                        checked.aboveZero(PoolOptions.ATTEMPT_TIMEOUT),
                        checked.aboveZero(PoolOptions.CONNECT_TIMEOUT),
                        checked.aboveZero(PoolOptions.KEEP_ALIVE),
                        options.get(PoolOptions.RESULT_CACHE),
                        limits(checked),
                        security(options, checked),
                        PoolFaultConfig.from(checked));
        checked.throwIfInvalid();
        return config;
    }

    private static int maxInFlightBatches(CheckedOptions options) {
        int batches = options.get(PoolOptions.MAX_IN_FLIGHT_BATCHES);
        options.require(
                batches >= 1 && batches <= MOST_IN_FLIGHT_BATCHES,
                PoolOptions.MAX_IN_FLIGHT_BATCHES,
                batches,
                "It must be 1 to %d.".formatted(MOST_IN_FLIGHT_BATCHES));
        return batches;
    }

    private static int maxMergedRows(CheckedOptions options) {
        int rows = options.get(PoolOptions.MAX_MERGED_ROWS);
        options.require(rows >= 0, PoolOptions.MAX_MERGED_ROWS, rows, "It must be at least 0.");
        return rows;
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

    private static List<PoolAddress> pools(List<String> addresses, CheckedOptions problems) {
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

    private static ProtocolLimits limits(CheckedOptions options) {
        return new ProtocolLimits(
                options.bytes(PoolOptions.SERVER_MAX_MESSAGE_SIZE),
                options.atLeastOne(PoolOptions.SERVER_MAX_TENSOR_ELEMENTS),
                options.bytes(PoolOptions.SERVER_MAX_STRING_SIZE));
    }

    private static PoolSecurity security(ReadableConfig options, CheckedOptions problems) {
        try {
            return PoolSecurity.from(options);
        } catch (IllegalConfigurationException invalid) {
            problems.add(invalid.getMessage());
            return PoolSecurity.loopbackOnly();
        }
    }
}
