package io.flinkgpu.connectors.table.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.file.JsonLineEncoder;
import java.io.IOException;
import org.apache.flink.table.data.RowData;

/** Writes rows with all fields of a letter as lines; a row that is NULL is an empty object. */
final class LetterLines implements JsonLineEncoder<RowData> {

    private static final long serialVersionUID = 1L;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int MILLIS = 3;

    @Override
    public void encode(RowData letter, JsonFields line) throws IOException {
        ObjectNode fields = MAPPER.createObjectNode();
        for (LetterField field : LetterField.values()) {
            int position = field.position();
            if (!letter.isNullAt(position)) {
                add(letter, position, field, fields);
            } else if (field == LetterField.ROW) {
                fields.putObject(field.key());
            }
        }
        line.fields(fields);
    }

    private static void add(RowData letter, int position, LetterField field, ObjectNode fields) {
        switch (field.kind()) {
            case TEXT -> fields.put(field.key(), letter.getString(position).toString());
            case JSON -> fields.set(field.key(), json(letter.getString(position).toString()));
            case NUMBER -> fields.put(field.key(), letter.getInt(position));
            case TIME ->
                    fields.put(
                            field.key(),
                            letter.getTimestamp(position, MILLIS).toInstant().toString());
        }
    }

    /** What is no JSON is a text. */
    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException plain) {
            return MAPPER.getNodeFactory().textNode(text);
        }
    }
}
