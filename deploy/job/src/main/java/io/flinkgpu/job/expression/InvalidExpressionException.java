package io.flinkgpu.job.expression;

import org.apache.flink.annotation.PublicEvolving;

/** Thrown when a text is no expression over the fields that there are; the message says why. */
@PublicEvolving
public final class InvalidExpressionException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidExpressionException(String message, Throwable cause) {
        super(message, cause);
    }

    InvalidExpressionException(String message) {
        super(message);
    }
}
