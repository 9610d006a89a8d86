package io.flinkgpu.connectors.file;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Why a file could not be read.
 *
 * @param errorClass the full name of the exception's class
 * @param cause the reason, one sentence for a person
 */
@PublicEvolving
public record ReadFailure(String errorClass, String cause) implements Serializable {

    public ReadFailure {
        Objects.requireNonNull(errorClass, "errorClass");
        Objects.requireNonNull(cause, "cause");
    }

    /** The failure that an exception stands for. */
    public static ReadFailure of(Exception error) {
        String message = error.getMessage() == null ? "no message" : error.getMessage();
        return new ReadFailure(error.getClass().getName(), message);
    }
}
