package io.flinkgpu.job.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.ValueType;
import java.util.Optional;

/** Values that are read elsewhere. */
record Unread() implements ValueType<Object> {

    @Override
    public Optional<Object> read(Value value) {
        return Optional.of(value);
    }

    @Override
    public ObjectNode schema() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public String display() {
        return "anything";
    }
}
