package io.flinkgpu.deploy.cluster;

import org.apache.flink.annotation.Internal;

/**
 * An action on the local cluster that could not be done; the message says why and what to do next.
 */
@Internal
public final class ClusterException extends RuntimeException {

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
