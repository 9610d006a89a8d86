package io.flinkgpu.table.model;

import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import io.flinkgpu.table.type.ColumnEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Writes columns of rows as the inputs of a model. Immutable. */
final class InputColumns implements TensorEncoder<RowData> {

    private static final long serialVersionUID = 1L;

    private final ColumnEncoder[] encoders;

    private InputColumns(List<ColumnEncoder> encoders) {
        this.encoders = encoders.toArray(ColumnEncoder[]::new);
    }

    /**
     * Binds each column to an input: the one that an option gives it, the one of its name, or the
     * only one.
     *
     * @param names columns by inputs, where options say so
     * @param columns in the order of the rows' fields
     * @param problems to which is added what does not fit
     */
    static InputColumns bind(
            Map<String, String> names,
            RowType columns,
            ModelSignature signature,
            List<String> problems) {
        Binding binding = new Binding(names, columns, signature, problems);
        return new InputColumns(binding.encoders());
    }

    @Override
    public void encode(RowData row, TensorRowWriter writer) {
        for (ColumnEncoder encoder : encoders) {
            encoder.encode(row, writer);
        }
    }

    private static final class Binding {

        private final Map<String, String> tensorsByColumn = new HashMap<>();
        private final RowType columns;
        private final ModelSignature signature;
        private final List<String> problems;
        private final Map<String, String> columnsByTensor = new HashMap<>();

        Binding(
                Map<String, String> names,
                RowType columns,
                ModelSignature signature,
                List<String> problems) {
            this.columns = columns;
            this.signature = signature;
            this.problems = problems;
            names.forEach(this::name);
        }

        private void name(String tensor, String column) {
            if (!columns.getFieldNames().contains(column)) {
                problems.add(
                        "Invalid %s%s: '%s'. The model's INPUT columns are %s."
                                .formatted(
                                        TableModelOptions.INPUT_PREFIX,
                                        tensor,
                                        column,
                                        columns.getFieldNames()));
            } else if (!signature.isOpen() && find(tensor).isEmpty()) {
                problems.add(
                        "Invalid %s%s: the model has no such input. It has %s."
                                .formatted(TableModelOptions.INPUT_PREFIX, tensor, inputNames()));
            }
            tensorsByColumn.put(column, tensor);
        }

        List<ColumnEncoder> encoders() {
            List<ColumnEncoder> encoders = new ArrayList<>();
            for (int i = 0; i < columns.getFieldCount(); i++) {
                encoder(i).ifPresent(encoders::add);
            }
            signature.inputs().stream()
                    .filter(input -> !columnsByTensor.containsKey(input.name()))
                    .forEach(
                            input ->
                                    problems.add(
                                            "Cannot run the model: its input '%s' (%s) has no column. Add one of that name to INPUT, or set '%s%s' to one of %s."
                                                    .formatted(
                                                            input.name(),
                                                            input,
                                                            TableModelOptions.INPUT_PREFIX,
                                                            input.name(),
                                                            columns.getFieldNames())));
            return encoders;
        }

        private Optional<ColumnEncoder> encoder(int index) {
            String column = columns.getFieldNames().get(index);
            String tensor = tensor(column);
            TensorSpec spec = find(tensor).orElse(null);
            if (spec == null && !signature.isOpen()) {
                noInput(column);
                return Optional.empty();
            }
            String other = columnsByTensor.putIfAbsent(tensor, column);
            if (other != null) {
                problems.add(
                        "Invalid %s%s: columns '%s' and '%s' both give it. Leave one out, or make one ARRAY of them in the query."
                                .formatted(TableModelOptions.INPUT_PREFIX, tensor, other, column));
                return Optional.empty();
            }
            try {
                return Optional.of(
                        ColumnEncoder.of(column, index, columns.getTypeAt(index), tensor, spec));
            } catch (IllegalArgumentException mismatch) {
                problems.add(mismatch.getMessage());
                return Optional.empty();
            }
        }

        private void noInput(String column) {
            if (!tensorsByColumn.containsKey(column)) {
                problems.add(
                        "Invalid INPUT column '%s': the model has no input of that name. Set '%s<TENSOR>' = '%s' with one of %s."
                                .formatted(
                                        column,
                                        TableModelOptions.INPUT_PREFIX,
                                        column,
                                        inputNames()));
            }
        }

        private String tensor(String column) {
            String named = tensorsByColumn.get(column);
            if (named != null) {
                return named;
            }
            boolean isOnly = columns.getFieldCount() == 1;
            if (signature.isOpen()) {
                return isOnly ? TensorRowWriter.ONLY_INPUT : column;
            }
            return isOnly && signature.inputs().size() == 1
                    ? signature.inputs().get(0).name()
                    : column;
        }

        private Optional<TensorSpec> find(@Nullable String tensor) {
            return signature.inputs().stream()
                    .filter(input -> input.name().equals(tensor))
                    .findFirst();
        }

        private List<String> inputNames() {
            return signature.inputs().stream().map(TensorSpec::name).toList();
        }
    }
}
