package io.flinkgpu.examples;

import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.file.RejectedFile;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A file that the job could not classify. Public, so that Flink knows its fields without Kryo.
 *
 * @param file the file's path
 * @param stage the stage that gave up on it
 * @param errorClass simple name of the exception's class
 * @param cause one sentence for a person
 */
@PublicEvolving
public record DeadLetterRow(String file, String stage, String errorClass, String cause)
        implements Serializable {

    static DeadLetterRow of(RejectedFile file) {
        String errorClass = file.errorClass();
        return new DeadLetterRow(
                file.path(),
                "decode",
                errorClass.substring(errorClass.lastIndexOf('.') + 1),
                file.cause());
    }

    static DeadLetterRow of(DeadLetter<DecodedImage> letter) {
        return new DeadLetterRow(
                letter.row().path(), "inference", letter.exception(), letter.cause());
    }

    void writeTo(JsonFields line) throws IOException {
        line.string("file", file)
                .string("stage", stage)
                .string("errorClass", errorClass)
                .string("cause", cause);
    }
}
