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

    /**
     * The failure that an exception stands for; what is behind it is told where it does not say.
     */
    public static ReadFailure of(Exception error) {
        String message = messageOf(error);
        String root = messageOf(rootOf(error));
        String cause = message.contains(root) ? message : message + " (" + root + ")";
        return new ReadFailure(error.getClass().getName(), cause);
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String messageOf(Throwable error) {
        return error.getMessage() == null ? "no message" : error.getMessage();
    }
}
