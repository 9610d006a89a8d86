package io.flinkgpu.table.model;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.table.type.ColumnDecoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/** Makes the columns of a model's answer, or of a row that failed. Immutable. */
final class OutputColumns implements Serializable {

    private static final long serialVersionUID = 1L;

    /** By column; null for the one that says why a row failed. */
    private final ColumnDecoder[] decoders;

    /** What a failed row has. */
    private final Object[] otherwise;

    private final int errorColumn;

    private OutputColumns(ColumnDecoder[] decoders, Object[] otherwise, int errorColumn) {
        this.decoders = decoders;
        this.otherwise = otherwise;
        this.errorColumn = errorColumn;
    }

    /**
     * Binds each column to an output: the one that an option gives it, the one of its name, or the
     * only one.
     *
     * @param names outputs by columns, where options say so
     * @param problems to which is added what does not fit
     */
    static OutputColumns bind(
            Map<String, String> names,
            TableModelConfig.Errors errors,
            RowType columns,
            ModelSignature signature,
            List<String> problems) {
        return new Binding(names, errors, columns, signature, problems).columns();
    }

    /** The columns of an answer. */
    GenericRowData decode(TensorRow answer) {
        GenericRowData row = new GenericRowData(decoders.length);
        for (int i = 0; i < decoders.length; i++) {
            row.setField(i, decoders[i] == null ? null : decoders[i].decode(answer));
        }
        return row;
    }

    /** The columns of a row that failed. */
    GenericRowData failed(RowFailedException failure) {
        GenericRowData row = new GenericRowData(decoders.length);
        for (int i = 0; i < decoders.length; i++) {
            row.setField(i, otherwise[i]);
        }
        if (errorColumn >= 0) {
            row.setField(
                    errorColumn,
                    GenericRowData.of(
                            StringData.fromString(failure.errorClass().name()),
                            StringData.fromString(failure.getMessage()),
                            failure.attempts()));
        }
        return row;
    }

    private static final class Binding {

        private static final List<LogicalTypeRoot> ERROR_FIELDS =
                List.of(LogicalTypeRoot.VARCHAR, LogicalTypeRoot.VARCHAR, LogicalTypeRoot.INTEGER);

        private final Map<String, String> names;
        private final TableModelConfig.Errors errors;
        private final RowType columns;
        private final ModelSignature signature;
        private final List<String> problems;
        private final Set<String> used = new HashSet<>();

        Binding(
                Map<String, String> names,
                TableModelConfig.Errors errors,
                RowType columns,
                ModelSignature signature,
                List<String> problems) {
            this.names = names;
            this.errors = errors;
            this.columns = columns;
            this.signature = signature;
            this.problems = problems;
        }

        OutputColumns columns() {
            int count = columns.getFieldCount();
            ColumnDecoder[] decoders = new ColumnDecoder[count];
            Object[] otherwise = new Object[count];
            for (int i = 0; i < count; i++) {
                RowType.RowField column = columns.getFields().get(i);
                if (column.getName().equals(errors.column())) {
                    checkErrorColumn(column);
                } else {
                    decoders[i] = decoder(column).orElse(null);
                    otherwise[i] = otherwise(column);
                }
            }
            checkNames();
            return new OutputColumns(decoders, otherwise, errorColumn());
        }

        private int errorColumn() {
            int index = errors.column() == null ? -1 : columns.getFieldIndex(errors.column());
            if (errors.column() != null && index < 0) {
                problems.add(
                        "Invalid %s: '%s'. The model's OUTPUT columns are %s: add %s ROW<class STRING, message STRING, attempts INT>."
                                .formatted(
                                        TableModelOptions.ERROR_COLUMN.key(),
                                        errors.column(),
                                        columns.getFieldNames(),
                                        errors.column()));
            }
            return index;
        }

        private void checkErrorColumn(RowType.RowField column) {
            List<LogicalTypeRoot> fields =
                    column.getType().getChildren().stream().map(LogicalType::getTypeRoot).toList();
            if (!column.getType().is(LogicalTypeRoot.ROW)
                    || !fields.equals(ERROR_FIELDS)
                    || !column.getType().isNullable()) {
                problems.add(
                        "Invalid type of column '%s': %s. It says why a row failed: declare it ROW<class STRING, message STRING, attempts INT>."
                                .formatted(column.getName(), column.getType().asSummaryString()));
            }
        }

        private void checkNames() {
            names.keySet().stream()
                    .filter(name -> !used.contains(name))
                    .forEach(
                            name ->
                                    problems.add(
                                            "Invalid option '%s%s': the model has no such OUTPUT column. It has %s."
                                                    .formatted(
                                                            TableModelOptions.OUTPUT_PREFIX,
                                                            name,
                                                            columns.getFieldNames())));
            errors.defaults().keySet().stream()
                    .filter(name -> !columns.getFieldNames().contains(name))
                    .forEach(
                            name ->
                                    problems.add(
                                            "Invalid option '%s%s': the model has no such OUTPUT column. It has %s."
                                                    .formatted(
                                                            TableModelOptions.DEFAULT_PREFIX,
                                                            name,
                                                            columns.getFieldNames())));
        }

        @Nullable
        private Object otherwise(RowType.RowField column) {
            String text = errors.defaults().get(column.getName());
            if (text != null) {
                try {
                    return DefaultValues.parse(text, column.getType());
                } catch (IllegalArgumentException invalid) {
                    problems.add(
                            "Invalid %s%s: '%s'. %s"
                                    .formatted(
                                            TableModelOptions.DEFAULT_PREFIX,
                                            column.getName(),
                                            text,
                                            invalid.getMessage()));
                }
            } else if (errors.action() != OnError.FAIL && !column.getType().isNullable()) {
                problems.add(
                        "Invalid type of column '%s': %s. A row that fails has NULL there: leave out NOT NULL."
                                .formatted(column.getName(), column.getType().asSummaryString()));
            }
            return null;
        }

        private Optional<ColumnDecoder> decoder(RowType.RowField column) {
            String name = column.getName();
            Optional<String> tensor = tensor(name);
            if (tensor.isEmpty() && column.getType() instanceof RowType row) {
                return fields(name, row);
            }
            if (tensor.isEmpty()) {
                noOutput(name);
                return Optional.empty();
            }
            return decoder(name, column.getType(), tensor.get());
        }

        private Optional<ColumnDecoder> fields(String column, RowType row) {
            List<ColumnDecoder> decoders = new ArrayList<>();
            for (RowType.RowField field : row.getFields()) {
                String path = column + "." + field.getName();
                Optional<String> tensor = named(path);
                if (tensor.isEmpty() && hasOutput(field.getName())) {
                    tensor = Optional.of(field.getName());
                }
                if (tensor.isEmpty()) {
                    noOutput(path);
                } else {
                    decoder(path, field.getType(), tensor.get()).ifPresent(decoders::add);
                }
            }
            return Optional.of(ColumnDecoder.ofFields(decoders));
        }

        private Optional<ColumnDecoder> decoder(String column, LogicalType type, String tensor) {
            Optional<TensorSpec> spec = find(tensor);
            if (spec.isEmpty() && !signature.outputs().isEmpty()) {
                problems.add(
                        "Invalid %s%s: '%s'. The model has the outputs %s."
                                .formatted(
                                        TableModelOptions.OUTPUT_PREFIX,
                                        column,
                                        tensor,
                                        outputNames()));
                return Optional.empty();
            }
            try {
                return Optional.of(ColumnDecoder.of(column, type, tensor, spec.orElse(null)));
            } catch (IllegalArgumentException mismatch) {
                problems.add(mismatch.getMessage());
                return Optional.empty();
            }
        }

        private void noOutput(String column) {
            problems.add(
                    "Invalid OUTPUT column '%s': the model has no output of that name. Set '%s%s' to one of %s."
                            .formatted(
                                    column,
                                    TableModelOptions.OUTPUT_PREFIX,
                                    column,
                                    outputNames()));
        }

        private Optional<String> tensor(String column) {
            Optional<String> named = named(column);
            if (named.isPresent()) {
                return named;
            }
            if (hasOutput(column)) {
                return Optional.of(column);
            }
            boolean isOnly = columns.getFieldCount() == (errors.column() == null ? 1 : 2);
            return isOnly && !hasNamedFields(column) && signature.outputs().size() == 1
                    ? Optional.of(signature.outputs().get(0).name())
                    : Optional.empty();
        }

        private boolean hasNamedFields(String column) {
            return names.keySet().stream().anyMatch(name -> name.startsWith(column + "."));
        }

        private Optional<String> named(String path) {
            used.add(path);
            return Optional.ofNullable(names.get(path));
        }

        /** A model that does not tell is taken at the statement's word. */
        private boolean hasOutput(String name) {
            return signature.outputs().isEmpty() || find(name).isPresent();
        }

        private Optional<TensorSpec> find(String name) {
            return signature.outputs().stream()
                    .filter(output -> output.name().equals(name))
                    .findFirst();
        }

        private List<String> outputNames() {
            return signature.outputs().stream().map(TensorSpec::name).toList();
        }
    }
}
