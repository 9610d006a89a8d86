package io.flinkgpu.table.model;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.table.type.TensorTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.utils.EncodingUtils;

/**
 * The {@code CREATE MODEL} that a model's signature asks for.
 *
 * <pre>{@code
 * String sql = CreateModelStatement.of("digits", signature).with("location", "/models/digits").sql();
 * }</pre>
 *
 * <p>Columns are named as tensors are, so that no option has to bind them; a tensor whose name no
 * column can have gets a column and an option. Immutable.
 */
@PublicEvolving
public final class CreateModelStatement {

    private static final String INDENT = "  ";

    private final String name;
    private final ModelSignature signature;
    private final Map<String, String> options;

    private CreateModelStatement(
            String name, ModelSignature signature, Map<String, String> options) {
        this.name = name;
        this.signature = signature;
        this.options = options;
    }

    /**
     * A statement without options but the provider.
     *
     * @param name of the model in the catalog
     * @throws IllegalArgumentException if the signature is open: its columns are the user's
     */
    public static CreateModelStatement of(String name, ModelSignature signature) {
        if (signature.isOpen()) {
            throw new IllegalArgumentException(
                    "Cannot describe model '%s': it does not tell what it takes and gives. Declare the columns that you give it."
                            .formatted(name));
        }
        return new CreateModelStatement(name, signature, Map.of("provider", "flink-gpu"));
    }

    /** The statement with one more option. */
    public CreateModelStatement with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(key, value);
        return new CreateModelStatement(name, signature, more);
    }

    /** The text, without a semicolon. */
    public String sql() {
        Map<String, String> all = new LinkedHashMap<>(options);
        named(signature.inputs())
                .forEach(
                        (column, tensor) -> {
                            if (!column.equals(tensor.name())) {
                                all.put(TableModelOptions.INPUT_PREFIX + tensor.name(), column);
                            }
                        });
        named(signature.outputs())
                .forEach(
                        (column, tensor) -> {
                            if (!column.equals(tensor.name())) {
                                all.put(TableModelOptions.OUTPUT_PREFIX + column, tensor.name());
                            }
                        });
        return "CREATE MODEL %s\n%s%s\n%s%s\n%sWITH (\n%s)"
                .formatted(
                        EncodingUtils.escapeIdentifier(name),
                        INDENT,
                        columns("INPUT", signature.inputs()),
                        INDENT,
                        columns("OUTPUT", signature.outputs()),
                        INDENT,
                        all.entrySet().stream()
                                .map(CreateModelStatement::option)
                                .collect(Collectors.joining(",\n")));
    }

    /** The columns of a signature that is not open, such as {@code INPUT (...) OUTPUT (...)}. */
    static String columns(ModelSignature signature) {
        return columns("INPUT", signature.inputs()) + " " + columns("OUTPUT", signature.outputs());
    }

    private static String option(Map.Entry<String, String> option) {
        return "%s%s'%s' = '%s'"
                .formatted(
                        INDENT,
                        INDENT,
                        EncodingUtils.escapeSingleQuotes(option.getKey()),
                        EncodingUtils.escapeSingleQuotes(option.getValue()));
    }

    private static String columns(String keyword, List<TensorSpec> tensors) {
        List<String> columns = new ArrayList<>();
        named(tensors)
                .forEach(
                        (column, tensor) ->
                                columns.add(
                                        EncodingUtils.escapeIdentifier(column)
                                                + " "
                                                + TensorTypes.columnType(tensor)
                                                        .asSummaryString()));
        return "%s (%s)".formatted(keyword, String.join(", ", columns));
    }

    /** A column's name has no dots, which separate the parts of others. */
    private static Map<String, TensorSpec> named(List<TensorSpec> tensors) {
        Map<String, TensorSpec> byColumn = new LinkedHashMap<>();
        for (TensorSpec tensor : tensors) {
            String column = tensor.name().replaceAll("[^A-Za-z0-9_]", "_");
            String free = column;
            for (int i = 1; byColumn.containsKey(free); i++) {
                free = column + "_" + i;
            }
            byColumn.put(free, tensor);
        }
        return byColumn;
    }
}
