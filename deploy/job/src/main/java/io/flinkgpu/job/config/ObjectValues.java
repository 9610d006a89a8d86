package io.flinkgpu.job.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Objects with keys of their own. */
record ObjectValues(List<Key<?>> keys) implements ValueType<Config> {

    @Override
    public Optional<Config> read(Value value) {
        Config config = Config.read(value, keys);
        return config.isComplete() ? Optional.of(config) : Optional.empty();
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = ValueTypes.schema("object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        keys.forEach(key -> properties.set(key.name(), schemaOf(key)));
        List<String> required = keys.stream().filter(Key::isRequired).map(Key::name).toList();
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        }
        return schema;
    }

    private static <T> ObjectNode schemaOf(Key<T> key) {
        ObjectNode schema = key.type().schema().put("description", key.description());
        key.defaultValue()
                .map(value -> key.type().show(value))
                .ifPresent(
                        text ->
                                schema.put(
                                        "description",
                                        key.description() + " Default: " + text + "."));
        return schema;
    }

    @Override
    public String display() {
        return "object";
    }
}
