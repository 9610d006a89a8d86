package io.flinkgpu.deploy.sql;

/** A statement of a script fails. */
final class StatementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StatementException(String message, Throwable cause) {
        super(message, cause);
    }
}
