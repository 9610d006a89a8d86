package io.flinkgpu.job.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Texts that may refer to secrets.
 *
 * @param isHidden whether a text that is no reference is not shown either
 */
record SecretValues(boolean isHidden) implements ValueType<Secret> {

    @Override
    public Optional<Secret> read(Value value) {
        if (isHidden && !value.node().isTextual()) {
            value.problem(
                    "Invalid %s: it is no text. Write ${secret:NAME}.".formatted(value.subject()));
            return Optional.empty();
        }
        try {
            return TextValues.textOf(value).map(text -> value.secrets().of(text, isHidden));
        } catch (IllegalArgumentException missing) {
            value.problem(
                    "Invalid secret in %s: %s".formatted(value.subject(), missing.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public ObjectNode schema() {
        return isHidden ? ValueTypes.schema("string") : ValueTypes.scalar();
    }

    @Override
    public String display() {
        return isHidden ? "secret, as ${secret:NAME}" : "text, may hold ${secret:NAME}";
    }
}
