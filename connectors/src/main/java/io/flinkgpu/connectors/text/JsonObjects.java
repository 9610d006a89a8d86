package io.flinkgpu.connectors.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Optional;

/** Lines that should be one JSON object (RFC 8259, 4) each. Thread-safe. */
final class JsonObjects {

    private static final ObjectReader READER =
            new ObjectMapper()
                    .readerFor(JsonNode.class)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonObjects() {}

    /**
     * The object of a line.
     *
     * @throws IllegalArgumentException with the reason, if the line is not one object
     */
    static JsonNode parse(String line) {
        JsonNode value;
        try {
            value = READER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
        if (!value.isObject()) {
            throw new IllegalArgumentException("it is " + value.getNodeType());
        }
        return value;
    }

    /** Why a line is no object; empty where it is one. */
    static Optional<String> problem(String line) {
        try {
            parse(line);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }
}
