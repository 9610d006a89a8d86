package io.flinkgpu.deploy.rest;

import java.net.ConnectException;
import org.apache.flink.annotation.Internal;

/** A call to Flink's REST API that brought no usable answer. */
@Internal
public final class FlinkRestException extends RuntimeException {

    private static final int NO_ANSWER = 0;

    private final int statusCode;

    private FlinkRestException(int statusCode, String message, Throwable cause) {
        super(message, cause);
        this.statusCode = statusCode;
    }

    static FlinkRestException refused(int statusCode, String message) {
        return new FlinkRestException(statusCode, message, null);
    }

    static FlinkRestException unreachable(String message, Throwable cause) {
        return new FlinkRestException(NO_ANSWER, message, cause);
    }

    static FlinkRestException unreadable(int statusCode, String message, Throwable cause) {
        return new FlinkRestException(statusCode, message, cause);
    }

    /** The HTTP status, or 0 when no answer came at all. */
    public int statusCode() {
        return statusCode;
    }

    /**
     * Whether Flink did not answer, which a caller that waits for its start may take as "not yet".
     */
    public boolean isUnreachable() {
        return statusCode == NO_ANSWER;
    }

    /**
     * Whether nobody listens at the address, or nobody has it; an answer that does not come in time
     * says neither.
     */
    public boolean isRefused() {
        return isUnreachable() && getCause() instanceof ConnectException;
    }

    /** Whether Flink failed inside, as it does for the details of a job that still initialises. */
    public boolean isServerError() {
        return statusCode >= 500;
    }

    /** Whether Flink knows no such job, vertex or statistics. */
    public boolean isNotFound() {
        return statusCode == 404;
    }
}
