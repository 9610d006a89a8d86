package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.PoolAddress;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;

/** Settings of a client. */
public record PoolClientConfig(List<PoolAddress> pools) implements Serializable {

    /** Reads the options, and the addresses from the environment where the options have none. */
    public static PoolClientConfig from(ReadableConfig options, Map<String, String> environment) {
        return new PoolClientConfig(List.of());
    }
}
