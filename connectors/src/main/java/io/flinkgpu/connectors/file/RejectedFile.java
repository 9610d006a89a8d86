package io.flinkgpu.connectors.file;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A file that a job left out, and why.
 *
 * @param path the file's path
 * @param errorClass the full name of the exception's class
 * @param cause the reason, one sentence for a person
 */
@PublicEvolving
public record RejectedFile(String path, String errorClass, String cause) implements Serializable {

    public RejectedFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(errorClass, "errorClass");
        Objects.requireNonNull(cause, "cause");
    }
}
