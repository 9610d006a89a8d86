package io.flinkgpu.job.infer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.ValueType;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * What a file says about a field that a model's output becomes.
 *
 * @param tensor the output's name
 * @param type of the field; null: as the model's signature has it
 */
record OutputSpec(String tensor, @Nullable FieldType type) {

    /** A name, or an object with the name and the type. */
    static final ValueType<OutputSpec> VALUES = new Values();

    private static final Key<String> TENSOR =
            Key.of("tensor", ValueTypes.text()).required().describedAs("The output's name.");

    private static final Key<FieldType> TYPE =
            Key.of("type", FieldTypeValues.TYPES)
                    .required()
                    .describedAs(
                            "The type of the field, where the model does not tell or several fit.");

    private record Values() implements ValueType<OutputSpec> {

        @Override
        public Optional<OutputSpec> read(Value value) {
            if (!value.node().isObject()) {
                return ValueTypes.text().read(value).map(name -> new OutputSpec(name, null));
            }
            Config config = Config.read(value, List.of(TENSOR, TYPE));
            return config.isComplete()
                    ? Optional.of(new OutputSpec(config.get(TENSOR), config.get(TYPE)))
                    : Optional.empty();
        }

        @Override
        public ObjectNode schema() {
            ObjectNode either = JsonNodeFactory.instance.objectNode();
            either.putArray("anyOf")
                    .add(ValueTypes.text().schema())
                    .add(ValueTypes.object(List.of(TENSOR, TYPE)).schema());
            return either;
        }

        @Override
        public List<Key<?>> keys() {
            return List.of(TENSOR, TYPE);
        }

        @Override
        public String display() {
            return "name of an output, or {tensor: NAME, type: TYPE}";
        }
    }
}
