package io.flinkgpu.job.redo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.deadletter.DeadLetterLines;
import java.time.DateTimeException;
import java.time.Instant;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * A dead letter as it was written.
 *
 * @param id tells it from others; of a line without one made of the line itself
 * @param element that gave the row up; empty in those of Java jobs
 * @param failure why
 * @param row what the letter shows of the row
 * @param origin where the row came from; null: not known
 * @param run the job that wrote it; empty: not known
 * @param redo the redo whose run wrote it; empty: none
 */
@Internal
public record Letter(
        String id,
        String element,
        Failure failure,
        JsonNode row,
        @Nullable Origin origin,
        String run,
        String redo) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Why a row was given up.
     *
     * @param failedAt {@link Instant#EPOCH} where nobody says
     */
    public record Failure(
            String errorClass,
            String exception,
            String cause,
            int attempts,
            String place,
            Instant arrivedAt,
            Instant failedAt) {

        private static Failure read(JsonNode line) {
            return new Failure(
                    line.path("errorClass").asText(),
                    line.path("exception").asText(),
                    line.path("cause").asText(),
                    line.path("attempts").asInt(),
                    line.path("place").asText(),
                    time(line.path("arrivedAt")),
                    time(line.path("failedAt")));
        }
    }

    /**
     * Where a row came from.
     *
     * @param source name of the source in the job file
     * @param reference what the source makes the row of
     */
    public record Origin(String source, JsonNode reference) {}

    /** Reads a line; what is missing, as in those of Java jobs, is empty. */
    public static Letter read(JsonNode line) {
        return new Letter(
                DeadLetterLines.id(line),
                line.path("element").asText(),
                Failure.read(line),
                object(line.path("row")),
                object(line.path("origin")).isObject()
                        ? new Origin(line.path("source").asText(), object(line.path("origin")))
                        : null,
                text(line.path("run")),
                text(line.path("redo")));
    }

    /** Sinks that know rows alone write objects as texts. */
    private static JsonNode object(JsonNode value) {
        try {
            return value.isTextual() ? MAPPER.readTree(value.textValue()) : value;
        } catch (JsonProcessingException noObject) {
            return value;
        }
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : "";
    }

    private static Instant time(JsonNode text) {
        try {
            return Instant.parse(text.asText());
        } catch (DateTimeException none) {
            return Instant.EPOCH;
        }
    }
}
