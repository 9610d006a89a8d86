package io.flinkgpu.deploy.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.io.Serializable;

/**
 * A row that could not be inferred. Public, so that Flink knows its fields without Kryo.
 *
 * @param id the row's
 * @param errorClass what kind of failure it was
 * @param cause one sentence for a person
 */
public record LoadDeadLetter(long id, String errorClass, String cause) implements Serializable {

    static LoadDeadLetter of(DeadLetter<LoadRow> letter) {
        return new LoadDeadLetter(
                letter.row().id(), letter.errorClass().toString(), letter.cause());
    }

    void writeTo(JsonFields line) throws IOException {
        line.number("id", id).string("errorClass", errorClass).string("cause", cause);
    }

    /** Reads a line; a missing id becomes -1. */
    static LoadDeadLetter read(JsonNode line) {
        return new LoadDeadLetter(
                line.path("id").asLong(-1),
                line.path("errorClass").asText(),
                line.path("cause").asText());
    }
}
