package io.flinkgpu.inference;

import io.flinkgpu.inference.fault.ErrorClass;
import org.apache.flink.annotation.PublicEvolving;

/** A row was given up, and others go on: what a stage makes a {@link DeadLetter} of. */
@PublicEvolving
public class RowFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorClass errorClass;
    private final int attempts;

    /**
     * A row that failed.
     *
     * @param attempts how often it was sent to a model; 0 if it could not be encoded
     */
    public RowFailedException(ErrorClass errorClass, int attempts, Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.errorClass = errorClass;
        this.attempts = attempts;
    }

    /** What kind of failure it is. */
    public ErrorClass errorClass() {
        return errorClass;
    }

    /** How often the row was sent to a model; 0 if it could not be encoded. */
    public int attempts() {
        return attempts;
    }
}
