package io.flinkgpu.connectors.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/** What all readers of dead letters in files know of a line. */
@Internal
public final class DeadLetterLines {

    private static final String ID = "id";

    private DeadLetterLines() {}

    /** What tells a letter from others: its field, or something that is made of the whole line. */
    public static String id(JsonNode line) {
        return line.path(ID).isTextual()
                ? line.path(ID).asText()
                : UUID.nameUUIDFromBytes(line.toString().getBytes(StandardCharsets.UTF_8))
                        .toString();
    }
}
