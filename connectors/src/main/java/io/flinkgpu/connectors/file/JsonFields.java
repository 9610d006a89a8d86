package io.flinkgpu.connectors.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The fields of one JSON object, written in the order of the calls.
 *
 * <p>Numbers that JSON does not have (NaN and the infinities) become {@code null}, so that a column
 * keeps one type. Valid during {@link JsonLineEncoder#encode} only.
 */
@PublicEvolving
public final class JsonFields {

    private final JsonGenerator json;

    JsonFields(JsonGenerator json) {
        this.json = json;
    }

    /** A text field; null becomes a JSON null. */
    public JsonFields string(String name, @Nullable String value) throws IOException {
        json.writeStringField(name, value);
        return this;
    }

    /** A whole number. */
    public JsonFields number(String name, long value) throws IOException {
        json.writeNumberField(name, value);
        return this;
    }

    /** A number; one that is not finite becomes a JSON null. */
    public JsonFields number(String name, float value) throws IOException {
        json.writeFieldName(name);
        writeNumber(value);
        return this;
    }

    /** A number; one that is not finite becomes a JSON null. */
    public JsonFields number(String name, double value) throws IOException {
        json.writeFieldName(name);
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
        return this;
    }

    /** An array of numbers; those that are not finite become JSON nulls. */
    public JsonFields numbers(String name, float[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (float value : values) {
            writeNumber(value);
        }
        json.writeEndArray();
        return this;
    }

    /** A truth value. */
    public JsonFields bool(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    /** A field that is an object itself. */
    public <T> JsonFields object(String name, T value, JsonLineEncoder<? super T> encoder)
            throws IOException {
        json.writeObjectFieldStart(name);
        encoder.encode(value, this);
        json.writeEndObject();
        return this;
    }

    /** All fields of an object that was made elsewhere. */
    public JsonFields fields(ObjectNode object) throws IOException {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            json.writeFieldName(field.getKey());
            JsonLines.MAPPER.writeTree(json, field.getValue());
        }
        return this;
    }

    private void writeNumber(float value) throws IOException {
        if (Float.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
