package io.flinkgpu.inference.pool;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Where a replica's server listens.
 *
 * @param host its name or IP address, which is connected to
 * @param serverName the name that its certificate must hold: that which was asked for, where it
 *     resolved to this host, else the host
 */
@PublicEvolving
public record ReplicaAddress(String host, int port, String serverName) implements Serializable {

    private static final int MAX_PORT = 65_535;

    /**
     * Checks host and port. A server name of null, as in checkpoints without one, is the host.
     *
     * @throws IllegalArgumentException if the host is blank or the port outside of 1 to 65535
     */
    public ReplicaAddress {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid replica address: its host is blank. Write <host>:<port>.");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "Invalid port of replica %s: %d. It must be 1 to 65535.".formatted(host, port));
        }
        serverName = serverName == null ? host : serverName;
    }

    /**
     * A server whose certificate must hold the host.
     *
     * @throws IllegalArgumentException if the host is blank or the port outside of 1 to 65535
     */
    public ReplicaAddress(String host, int port) {
        this(host, port, host);
    }

    /**
     * Reads {@code <host>:<port>}; an IPv6 host stands in brackets.
     *
     * @throws IllegalArgumentException if the text is no such pair
     */
    public static ReplicaAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw invalid(text);
        }
        try {
            return new ReplicaAddress(
                    text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException notANumber) {
            throw invalid(text);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "Invalid replica address: '" + text + "'. Write <host>:<port>.");
    }
}
