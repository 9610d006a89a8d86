package io.flinkgpu.job.infer;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;

/** Holds the fields that a step names for a model's inputs against the model's signature. */
final class ModelInputs {

    private final ElementContext context;
    private final Value at;
    private final ModelSignature signature;

    /**
     * @param at where the file names them
     * @param signature an open one where it is not known
     */
    ModelInputs(ElementContext context, Value at, ModelSignature signature) {
        this.context = context;
        this.at = at;
        this.signature = signature;
    }

    /** The bindings of the fields; adds a problem for each that does not fit. */
    List<InputBinding> bind(Map<String, String> fields) {
        List<InputBinding> bindings = new ArrayList<>();
        fields.forEach((input, field) -> bind(input, field).ifPresent(bindings::add));
        signature.inputs().stream()
                .filter(input -> !fields.containsKey(input.name()))
                .forEach(
                        input ->
                                at.problem(
                                        "Invalid %s: the model's input '%s' (%s) is missing. Name the field that it takes."
                                                .formatted(at.subject(), input.name(), input)));
        return bindings;
    }

    private Optional<InputBinding> bind(String input, String fieldName) {
        Value place = at.get(input);
        Optional<Field> field = context.requireInput(fieldName, place);
        Optional<TensorSpec> spec = find(input, place);
        if (field.isEmpty() || (spec.isEmpty() && !signature.isOpen())) {
            return Optional.empty();
        }
        Optional<DataType> elements = elements(input, field.get(), spec.orElse(null), place);
        spec.ifPresent(known -> requireShape(field.get(), known, place));
        return elements.map(
                type ->
                        new InputBinding(
                                input,
                                fieldName,
                                context.input().indexOf(fieldName),
                                field.get().type(),
                                type,
                                rowShape(field.get(), spec.orElse(null))));
    }

    private Optional<TensorSpec> find(String input, Value place) {
        Optional<TensorSpec> found =
                signature.inputs().stream().filter(spec -> spec.name().equals(input)).findFirst();
        if (found.isEmpty() && !signature.isOpen()) {
            place.problem(
                    "Invalid input '%s' of step '%s': the model has none of that name. %s"
                            .formatted(
                                    input,
                                    context.name(),
                                    NearestName.suggest(
                                            input,
                                            signature.inputs().stream()
                                                    .map(TensorSpec::name)
                                                    .toList())));
        }
        return found;
    }

    private Optional<DataType> elements(
            String input, Field field, @Nullable TensorSpec spec, Value place) {
        List<DataType> possible = TensorFields.dataTypes(field.type());
        Optional<DataType> chosen =
                possible.stream()
                        .filter(type -> spec == null || type == spec.dataType())
                        .findFirst();
        if (chosen.isEmpty()) {
            place.problem(
                    "Invalid input '%s' of step '%s': field '%s' is %s, and the model takes %s. Make a field of type %s in a map step, with CAST."
                            .formatted(
                                    input,
                                    context.name(),
                                    field.name(),
                                    field.type(),
                                    spec == null ? "tensors" : spec.toString(),
                                    spec == null
                                            ? "float"
                                            : TensorFields.fieldsFor(spec.dataType())));
        }
        return chosen;
    }

    private void requireShape(Field field, TensorSpec spec, Value place) {
        Shape expected = spec.shape();
        if (field.shape() == null || !expected.isRankKnown() || expected.rank() == 0) {
            return;
        }
        Shape row = expected.withoutLeadingAxis();
        boolean isFlat =
                row.isKnown()
                        && field.shape().rank() == 1
                        && row.elements() == field.shape().elements();
        if (!row.accepts(field.shape()) && !isFlat) {
            place.problem(
                    "Invalid input '%s' of step '%s': field '%s' has rows of shape %s, and the model takes %s."
                            .formatted(
                                    spec.name(),
                                    context.name(),
                                    field.name(),
                                    field.shape(),
                                    spec));
        }
    }

    /** A single value is one element, or a row of one where the model takes rows with axes. */
    @Nullable
    private static Shape rowShape(Field field, @Nullable TensorSpec spec) {
        if (field.shape() != null) {
            return field.shape();
        }
        boolean isSingle =
                field.type().isScalar()
                        || (field.type() == FieldType.BYTES
                                && (spec == null || spec.dataType() == DataType.BYTES));
        boolean hasAxes = spec != null && spec.shape().isRankKnown() && spec.shape().rank() > 1;
        return isSingle && hasAxes ? Shape.of(1) : null;
    }
}
