package io.flinkgpu.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;

/**
 * Values that are written as one text.
 *
 * @param parse makes a value of a text; its IllegalArgumentException says the way out
 * @param show writes a value
 */
record TextValues<T>(
        String display, ObjectNode textSchema, Function<String, T> parse, Function<T, String> show)
        implements ValueType<T> {

    static <T> TextValues<T> of(
            String display,
            ObjectNode schema,
            Function<String, T> parse,
            Function<T, String> show) {
        return new TextValues<>(display, schema, parse, show);
    }

    static TextValues<String> plain(
            String display, ObjectNode schema, Function<String, String> parse) {
        return new TextValues<>(display, schema, parse, Function.identity());
    }

    @Override
    public Optional<T> read(Value value) {
        Optional<String> text = textOf(value);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (Secrets.isReferredToBy(text.get())) {
            value.problem(
                    "Invalid %s: it refers to a secret, which may be shown here. Use a key that takes secrets."
                            .formatted(value.subject()));
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text.get()));
        } catch (IllegalArgumentException invalid) {
            value.invalid(invalid.getMessage());
            return Optional.empty();
        }
    }

    /** The text of a value that is one; adds a problem otherwise. */
    static Optional<String> textOf(Value value) {
        JsonNode node = value.node();
        if (!node.isValueNode() || node.isNull() || node.asText().isBlank()) {
            value.invalid("It must be text.");
            return Optional.empty();
        }
        return Optional.of(node.asText());
    }

    @Override
    public ObjectNode schema() {
        return textSchema.deepCopy();
    }

    @Override
    public String show(T value) {
        return show.apply(value);
    }
}
