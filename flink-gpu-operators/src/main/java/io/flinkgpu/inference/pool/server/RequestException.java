package io.flinkgpu.inference.pool.server;

import io.grpc.Status;

/** A request that is not answered: the status says why, and whose fault it is. */
final class RequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final long pushbackMillis;

    private RequestException(Status status, long pushbackMillis) {
        super(status.getDescription(), status.getCause(), false, false);
        this.status = status;
        this.pushbackMillis = pushbackMillis;
    }

    static RequestException of(Status status, String message) {
        return new RequestException(status.withDescription(message), 0);
    }

    static RequestException of(Status status, Throwable cause) {
        return new RequestException(status.withDescription(cause.getMessage()).withCause(cause), 0);
    }

    /** A refusal for now. */
    static RequestException pushedBack(String message, long pushbackMillis) {
        return new RequestException(
                Status.RESOURCE_EXHAUSTED.withDescription(message), pushbackMillis);
    }

    Status status() {
        return status;
    }

    /** How long the client is asked to stay away; 0: nothing is asked. */
    long pushbackMillis() {
        return pushbackMillis;
    }
}
