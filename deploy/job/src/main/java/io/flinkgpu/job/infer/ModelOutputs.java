package io.flinkgpu.job.infer;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.row.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;

/** Holds the fields that a model's outputs become against the model's signature. */
final class ModelOutputs {

    private final String step;
    private final Value at;
    private final ModelSignature signature;

    /**
     * @param at where the file names them
     * @param signature one without outputs where they are not known
     */
    ModelOutputs(String step, Value at, ModelSignature signature) {
        this.step = step;
        this.at = at;
        this.signature = signature;
    }

    /** The bindings of the fields; adds a problem for each that does not fit. */
    List<OutputBinding> bind(Map<String, OutputSpec> fields) {
        List<OutputBinding> bindings = new ArrayList<>();
        fields.forEach((field, output) -> bind(field, output).ifPresent(bindings::add));
        return bindings;
    }

    private Optional<OutputBinding> bind(String field, OutputSpec output) {
        if (signature.outputs().isEmpty()) {
            return unknown(field, output);
        }
        Optional<TensorSpec> spec =
                signature.outputs().stream()
                        .filter(known -> known.name().equals(output.tensor()))
                        .findFirst();
        if (spec.isEmpty()) {
            at.get(field)
                    .problem(
                            "Invalid output '%s' of step '%s': the model has none of that name. %s"
                                    .formatted(
                                            output.tensor(),
                                            step,
                                            NearestName.suggest(
                                                    output.tensor(),
                                                    signature.outputs().stream()
                                                            .map(TensorSpec::name)
                                                            .toList())));
            return Optional.empty();
        }
        return known(field, output, spec.get());
    }

    /** The file alone says what it is. */
    private Optional<OutputBinding> unknown(String field, OutputSpec output) {
        FieldType type = output.type();
        if (type == null || TensorFields.dataTypes(type).isEmpty()) {
            at.get(field)
                    .problem(
                            "Invalid output '%s' of step '%s': the model does not tell its type. Write %s: {tensor: %s, type: array<float>}, or another type."
                                    .formatted(output.tensor(), step, field, output.tensor()));
            return Optional.empty();
        }
        return Optional.of(
                new OutputBinding(
                        field, type, output.tensor(), TensorFields.dataTypes(type).get(0), null));
    }

    private Optional<OutputBinding> known(String field, OutputSpec output, TensorSpec spec) {
        List<FieldType> possible = TensorFields.fieldTypes(spec.dataType());
        FieldType type = output.type() == null ? usual(spec, possible) : output.type();
        if (type == null || !possible.contains(type)) {
            at.get(field)
                    .problem(
                            "Invalid output '%s' of step '%s': it is %s. %s"
                                    .formatted(
                                            spec.name(),
                                            step,
                                            spec,
                                            possible.isEmpty()
                                                    ? "No field can hold such elements; let the model convert them."
                                                    : "Its field must be one of "
                                                            + possible
                                                            + "."));
            return Optional.empty();
        }
        return Optional.of(
                new OutputBinding(field, type, spec.name(), spec.dataType(), rowShape(spec)));
    }

    /** One element a row is a single value; everything else is an array. */
    @Nullable
    private static FieldType usual(TensorSpec spec, List<FieldType> possible) {
        if (possible.isEmpty()) {
            return null;
        }
        boolean isSingle = spec.shape().isRankKnown() && spec.shape().rank() == 1;
        boolean hasSingle = possible.size() > 1 && spec.dataType() != DataType.UINT8;
        return possible.get(isSingle && hasSingle ? 1 : 0);
    }

    @Nullable
    private static Shape rowShape(TensorSpec spec) {
        boolean hasRows = spec.shape().isRankKnown() && spec.shape().rank() > 0;
        return hasRows ? spec.shape().withoutLeadingAxis() : null;
    }
}
