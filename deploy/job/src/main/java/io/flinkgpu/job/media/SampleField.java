package io.flinkgpu.job.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkgpu.connectors.tar.MediaSample;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.annotation.Nullable;

/**
 * A field of a row, made of a member of a sample.
 *
 * @param name of the field
 * @param members extensions, lower case; the first one that the sample has counts
 * @param isOptional whether it is null in a sample without such a member
 * @param json reads texts of the field's type
 */
record SampleField(
        String name, List<String> members, FieldType type, boolean isOptional, RowJson json)
        implements Serializable {

    private static final Key<List<String>> MEMBER =
            Key.of("member", ValueTypes.listOf(ValueTypes.text()))
                    .required()
                    .describedAs(
                            "The member by what follows the first dot of its name, such as jpg. Of several the first one that a sample has.");
    private static final Key<FieldType> TYPE =
            Key.of("type", FieldTypeValues.TYPES)
                    .orElse(FieldType.BYTES)
                    .describedAs(
                            "What the member becomes: its bytes, its text as a string, or its text read as JSON, such as a number.");
    private static final Key<Boolean> OPTIONAL =
            Key.of("optional", ValueTypes.truth())
                    .orElse(false)
                    .describedAs(
                            "Whether the field is null in a sample without the member. Otherwise such a sample is a dead letter.");

    static final List<Key<?>> KEYS = List.of(MEMBER, TYPE, OPTIONAL);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static SampleField of(String name, Config config) {
        FieldType type = config.get(TYPE);
        return new SampleField(
                name,
                config.get(MEMBER).stream().map(member -> member.toLowerCase(Locale.ROOT)).toList(),
                type,
                config.get(OPTIONAL),
                new RowJson(RowSchema.of(Field.of(name, type))));
    }

    Field field() {
        return Field.of(name, type);
    }

    /**
     * The field of a sample.
     *
     * @throws IllegalArgumentException if the member is missing, or no value of the type
     */
    @Nullable
    Object of(MediaSample sample) {
        for (String member : members) {
            if (sample.members().containsKey(member)) {
                return value(sample.members().get(member));
            }
        }
        if (isOptional) {
            return null;
        }
        throw new IllegalArgumentException(
                "Invalid sample: it has no member %s for the field '%s', only %s."
                        .formatted(String.join(" or ", members), name, sample.members().keySet()));
    }

    @Nullable
    private Object value(byte[] bytes) {
        if (type == FieldType.BYTES) {
            return bytes;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return type == FieldType.STRING ? text : ofJson(text);
    }

    @Nullable
    private Object ofJson(String text) {
        try {
            return json.read(JsonNodeFactory.instance.objectNode().set(name, MAPPER.readTree(text)))
                    .getField(0);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(
                    "Invalid field '%s': its member is no JSON: %s."
                            .formatted(name, malformed.getOriginalMessage()),
                    malformed);
        }
    }
}
