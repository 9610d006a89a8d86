package io.flinkgpu.job.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.job.element.RowsOrDeadLetters.Conversion;
import io.flinkgpu.job.element.RowsOrDeadLetters.Outcome;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/** Makes rows of records: the fields of the value first, then those of what stands beside it. */
final class PayloadRows implements Conversion<KafkaPayload> {

    /** What the dead letter of a record holds: its place, its key and its value as texts. */
    static final RowSchema REJECTED =
            RowSchema.of(
                    Field.of("position", FieldType.STRING),
                    Field.of("key", FieldType.STRING),
                    Field.of("value", FieldType.STRING));

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ValueFormat format;
    private final RowJson json;
    private final int valueFields;
    private final PayloadField[] beside;

    /**
     * Makes rows of values of a format.
     *
     * @param value the fields of the value; one, unless the format is JSON
     */
    PayloadRows(ValueFormat format, RowSchema value, List<PayloadField> beside) {
        this.format = format;
        this.json = new RowJson(value);
        this.valueFields = value.fields().size();
        this.beside = beside.toArray(PayloadField[]::new);
    }

    /**
     * The fields of such rows.
     *
     * @throws IllegalArgumentException if two have one name
     */
    static RowSchema schema(RowSchema value, List<PayloadField> beside) {
        List<Field> fields = new ArrayList<>(value.fields());
        beside.forEach(field -> fields.add(field.field()));
        return new RowSchema(fields);
    }

    @Override
    public Outcome convert(KafkaPayload payload) {
        try {
            Row row = Row.withPositions(valueFields + beside.length);
            addValue(payload, row);
            for (int i = 0; i < beside.length; i++) {
                row.setField(valueFields + i, beside[i].content().of(payload));
            }
            return Outcome.of(row);
        } catch (JsonProcessingException malformed) {
            return failed(payload, malformed, malformed.getOriginalMessage());
        } catch (CharacterCodingException malformed) {
            return failed(payload, malformed, "The value is no UTF-8 text.");
        } catch (IllegalArgumentException invalid) {
            return failed(payload, invalid, invalid.getMessage());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void addValue(KafkaPayload payload, Row row) throws IOException {
        byte[] value = payload.value();
        switch (format) {
            case BYTES -> row.setField(0, value);
            case TEXT -> row.setField(0, value == null ? null : text(value));
            case JSON -> {
                Row fields = json.read(object(value));
                for (int i = 0; i < valueFields; i++) {
                    row.setField(i, fields.getField(i));
                }
            }
        }
    }

    private static JsonNode object(@Nullable byte[] value) throws IOException {
        JsonNode object = value == null ? null : MAPPER.readTree(value);
        if (object == null || !object.isObject()) {
            throw new IllegalArgumentException(
                    value == null
                            ? "The record has no value."
                            : "The record's value is no JSON object.");
        }
        return object;
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private static Outcome failed(KafkaPayload payload, Exception failure, String cause) {
        return Outcome.failed(
                Row.of(payload.position(), shown(payload.key()), shown(payload.value())),
                failure.getClass().getSimpleName(),
                cause);
    }

    /** What is no UTF-8 is shown with replacement characters: the record itself is in its topic. */
    @Nullable
    private static String shown(@Nullable byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
