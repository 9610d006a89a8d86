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

    /** The object, or empty where the line is none. */
    static Optional<JsonNode> parse(String line) {
        try {
            JsonNode value = READER.readTree(line);
            return Optional.of(value).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Why a line is no object; empty where it is one. */
    static Optional<String> problem(String line) {
        try {
            JsonNode value = READER.readTree(line);
            return value.isObject()
                    ? Optional.empty()
                    : Optional.of("it is " + value.getNodeType());
        } catch (JsonProcessingException e) {
            return Optional.of(e.getOriginalMessage());
        }
    }
}
