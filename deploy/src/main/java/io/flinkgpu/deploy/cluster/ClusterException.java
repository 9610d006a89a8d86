package io.flinkgpu.deploy.cluster;

/**
 * An action on the local cluster that could not be done; the message says why and what to do next.
 */
public final class ClusterException extends RuntimeException {

    ClusterException(String message) {
        super(message);
    }

    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
