package io.flinkgpu.job.row;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.ValueType;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/** Names of types of fields, as values of keys. */
@PublicEvolving
public final class FieldTypeValues implements ValueType<FieldType> {

    /** The only one. */
    public static final ValueType<FieldType> TYPES = new FieldTypeValues();

    private FieldTypeValues() {}

    @Override
    public Optional<FieldType> read(Value value) {
        Optional<FieldType> type = FieldType.of(value.node().asText());
        if (type.isEmpty()) {
            value.invalid("It must be one of %s.".formatted(FieldType.names()));
        }
        return type;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "string");
        FieldType.names().forEach(schema.putArray("enum")::add);
        return schema;
    }

    @Override
    public String display() {
        return "type of a field";
    }
}
