package io.flinkgpu.connectors.table.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import javax.annotation.Nullable;

/** JSON (RFC 8259) as it is written: a number keeps its digits, which a parsed one may lose. */
final class JsonTexts {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonTexts() {}

    /** The text in one line; empty where it is not one JSON value. */
    static Optional<String> line(String text) throws IOException {
        // Of the ends of lines, JSON has those alone that stand between tokens.
        return isValue(text)
                ? Optional.of(text.strip().replace('\n', ' ').replace('\r', ' '))
                : Optional.empty();
    }

    /** The value of a valid object's field, null without one; of two the last one counts. */
    @Nullable
    static String field(String object, String name) throws IOException {
        String found = null;
        try (JsonParser json = FACTORY.createParser(object)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isWanted = json.currentName().equals(name);
                json.nextToken();
                int start = (int) json.currentTokenLocation().getCharOffset();
                json.skipChildren();
                json.finishToken();
                if (isWanted) {
                    found = object.substring(start, (int) json.currentLocation().getCharOffset());
                }
            }
        }
        return found;
    }

    private static boolean isValue(String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            if (json.nextToken() == null) {
                return false;
            }
            json.skipChildren();
            json.finishToken();
            return json.nextToken() == null;
        } catch (JsonProcessingException plain) {
            return false;
        }
    }
}
