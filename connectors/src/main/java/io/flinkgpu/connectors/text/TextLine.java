package io.flinkgpu.connectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * One line of a text file, or the reason why it could not be read.
 *
 * @param path the file's Flink path with its scheme
 * @param number of the line in its file, from 1 on
 * @param text without the line's end; empty where {@code failure} is set
 * @param failure why there is no text, or null
 */
@TypeInfo(TextLine.InfoFactory.class)
@PublicEvolving
public record TextLine(String path, long number, String text, @Nullable ReadFailure failure) {

    /** The Flink type, without reflection. */
    public static final TypeInformation<TextLine> TYPE =
            new ValueTypeInfo<>(TextLine.class, TextLineSerializer.INSTANCE);

    public TextLine {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(text, "text");
    }

    /** A line that was read. */
    public static TextLine of(String path, long number, String text) {
        return new TextLine(path, number, text, null);
    }

    /** A line that could not be read. */
    public static TextLine unreadable(String path, long number, ReadFailure failure) {
        return new TextLine(path, number, "", Objects.requireNonNull(failure, "failure"));
    }

    /** The reason why the line could not be read; empty when it was. */
    public Optional<ReadFailure> readFailure() {
        return Optional.ofNullable(failure);
    }

    /**
     * The line's JSON object, parsed anew.
     *
     * @throws IllegalArgumentException if the line is not one JSON object
     */
    public JsonNode json() {
        try {
            return JsonObjects.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Invalid line %d of '%s': %s. It must be one JSON object."
                            .formatted(number, path, e.getMessage()),
                    e);
        }
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<TextLine> {
        @Override
        public TypeInformation<TextLine> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
