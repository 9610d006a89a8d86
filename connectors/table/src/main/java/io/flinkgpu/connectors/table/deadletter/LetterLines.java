package io.flinkgpu.connectors.table.deadletter;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.file.JsonLineEncoder;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.table.data.RowData;

/** Writes rows with all fields of a letter as lines; a row that is NULL is an empty object. */
final class LetterLines implements JsonLineEncoder<RowData> {

    private static final long serialVersionUID = 1L;
    private static final int MILLIS = 3;

    @Override
    public void encode(RowData letter, JsonFields line) throws IOException {
        line.fields(fields(letter));
    }

    static ObjectNode fields(RowData letter) throws IOException {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (LetterField field : LetterField.values()) {
            int position = field.position();
            if (!letter.isNullAt(position)) {
                add(letter, position, field, fields);
            } else if (field == LetterField.ROW) {
                fields.putObject(field.key());
            }
        }
        return fields;
    }

    private static void add(RowData letter, int position, LetterField field, ObjectNode fields)
            throws IOException {
        switch (field.kind()) {
            case TEXT -> fields.put(field.key(), letter.getString(position).toString());
            case JSON -> addJson(letter.getString(position).toString(), field, fields);
            case NUMBER -> fields.put(field.key(), letter.getInt(position));
            case TIME ->
                    fields.put(
                            field.key(),
                            letter.getTimestamp(position, MILLIS).toInstant().toString());
        }
    }

    /** What is no JSON is a text. */
    private static void addJson(String text, LetterField field, ObjectNode fields)
            throws IOException {
        Optional<String> json = JsonTexts.line(text);
        if (json.isPresent()) {
            fields.putRawValue(field.key(), new RawValue(json.get()));
        } else {
            fields.put(field.key(), text);
        }
    }
}
