package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import org.apache.flink.annotation.PublicEvolving;

/** A run of a loaded model failed, or could not start because its host let go of the model. */
@PublicEvolving
public class ModelRunException extends Exception {

    private static final long serialVersionUID = 1L;

    private String place = "";
    private int attempts = 1;
    private ErrorClass errorClass = ErrorClass.UNKNOWN;

    public ModelRunException(String message) {
        super(message);
    }

    public ModelRunException(String message, Throwable cause) {
        super(message, cause);
    }

    /** This exception, which happened on a device or replica; to be called before it is thrown. */
    public ModelRunException at(String deviceOrReplica) {
        place = deviceOrReplica;
        return this;
    }

    /** This exception, which came after so many attempts; to be called before it is thrown. */
    public ModelRunException after(int attemptCount) {
        attempts = attemptCount;
        return this;
    }

    /**
     * This exception, whose class its thrower knows; to be called before it is thrown.
     *
     * @param known by the type of what went wrong, never by a text that a row may have chosen
     */
    public ModelRunException classified(ErrorClass known) {
        errorClass = known;
        return this;
    }

    /** The class that the runtime gave it; UNKNOWN if none did. */
    public ErrorClass errorClass() {
        return errorClass;
    }

    /** The device or replica that it happened on, the last one of several; empty if on none. */
    public String place() {
        return place;
    }

    /** How many devices or replicas were asked, at least 1. */
    public int attempts() {
        return attempts;
    }
}
