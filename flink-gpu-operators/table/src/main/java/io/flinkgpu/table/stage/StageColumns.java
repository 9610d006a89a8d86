package io.flinkgpu.table.stage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;

/**
 * The columns of a table, by what the model does with them.
 *
 * @param all physical ones, in their order
 * @param inputs that the model reads
 * @param outputs that the model fills; all nullable, since a query does not
 */
record StageColumns(List<Column> all, List<Column> inputs, List<Column> outputs) {

    private static final String INPUT = "input.";
    private static final String OUTPUT = "output.";
    private static final String DEFAULT = "default.";
    private static final String ERROR_COLUMN = "error-column";

    /**
     * Finds them.
     *
     * @param model the model's options without their prefix
     * @throws ValidationException naming every column and option that is not right
     */
    static StageColumns of(
            ResolvedCatalogTable table, ReadableConfig options, Map<String, String> model) {
        List<String> problems = new ArrayList<>();
        table.getResolvedSchema().getColumns().stream()
                .filter(column -> column instanceof Column.MetadataColumn)
                .forEach(
                        column ->
                                problems.add(
                                        "Invalid column '%s': METADATA. Declare it in the table behind this one."
                                                .formatted(column.getName())));
        if (table.isPartitioned()) {
            problems.add(
                    "Invalid PARTITIONED BY %s. Leave it out, or use ML_PREDICT in front of a partitioned table."
                            .formatted(table.getPartitionKeys()));
        }
        List<Column> physical =
                table.getResolvedSchema().getColumns().stream().filter(Column::isPhysical).toList();
        StageColumns columns =
                new StageColumns(
                        physical,
                        named(
                                InferenceTableOptions.INPUTS.key(),
                                options.getOptional(InferenceTableOptions.INPUTS)
                                        .<Collection<String>>map(names -> names)
                                        .orElseGet(() -> inputs(model)),
                                physical,
                                problems),
                        named(
                                InferenceTableOptions.OUTPUTS.key(),
                                options.getOptional(InferenceTableOptions.OUTPUTS)
                                        .<Collection<String>>map(names -> names)
                                        .orElseGet(() -> outputs(model, physical)),
                                physical,
                                problems));
        columns.check(problems);
        if (!problems.isEmpty()) {
            throw new ValidationException(String.join(" ", problems));
        }
        return columns;
    }

    /** Those that are there without the model. */
    List<Column> withoutOutputs() {
        return all.stream().filter(column -> !outputs.contains(column)).toList();
    }

    private void check(List<String> problems) {
        outputs.stream()
                .filter(inputs::contains)
                .forEach(
                        column ->
                                problems.add(
                                        "Invalid column '%s': it is an input and an output. Give the model's answer a column of its own."
                                                .formatted(column.getName())));
        outputs.stream()
                .filter(column -> !column.getDataType().getLogicalType().isNullable())
                .forEach(
                        column ->
                                problems.add(
                                        "Invalid type of column '%s': %s. The model fills it after a query has left it NULL: leave NOT NULL out."
                                                .formatted(
                                                        column.getName(), column.getDataType())));
    }

    private static List<Column> named(
            String key, Collection<String> names, List<Column> physical, List<String> problems) {
        String known = physical.stream().map(Column::getName).collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            problems.add("Invalid %s: none. Name columns of the table: %s.".formatted(key, known));
        }
        List<Column> found = new ArrayList<>();
        for (String name : new LinkedHashSet<>(names)) {
            physical.stream()
                    .filter(column -> column.getName().equals(name))
                    .findFirst()
                    .ifPresentOrElse(
                            found::add,
                            () ->
                                    problems.add(
                                            "Invalid %s: '%s'. The table's columns are %s."
                                                    .formatted(key, name, known)));
        }
        return List.copyOf(found);
    }

    private static Set<String> inputs(Map<String, String> model) {
        return model.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(INPUT))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> outputs(Map<String, String> model, List<Column> physical) {
        Set<String> columns = physical.stream().map(Column::getName).collect(Collectors.toSet());
        Set<String> names = new LinkedHashSet<>();
        for (String key : model.keySet()) {
            if (key.startsWith(OUTPUT)) {
                names.add(columnOf(key.substring(OUTPUT.length()), columns));
            } else if (key.startsWith(DEFAULT)) {
                names.add(key.substring(DEFAULT.length()));
            } else if (key.equals(ERROR_COLUMN)) {
                names.add(model.get(key));
            }
        }
        return names;
    }

    /** The column that an option names, or the one whose field it names. */
    private static String columnOf(String name, Set<String> columns) {
        int dot = name.indexOf('.');
        return dot < 0 || columns.contains(name) ? name : name.substring(0, dot);
    }
}
