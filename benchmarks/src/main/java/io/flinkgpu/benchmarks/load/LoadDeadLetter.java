package io.flinkgpu.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.annotation.Internal;

/**
 * A line of a load's dead letters, as far as it is counted.
 *
 * @param id the row's
 * @param cause one sentence for a person
 */
@Internal
public record LoadDeadLetter(long id, String cause) {

    /** Reads a line; a missing id becomes -1. */
    static LoadDeadLetter read(JsonNode line) {
        return new LoadDeadLetter(line.at("/row/id").asLong(-1), line.path("cause").asText());
    }
}
