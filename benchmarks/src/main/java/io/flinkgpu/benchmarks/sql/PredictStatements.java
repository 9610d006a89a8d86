package io.flinkgpu.benchmarks.sql;

import io.flinkgpu.inference.OutputMode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.utils.EncodingUtils;

/** SQL about rows in memory, their column {@code features}, and {@code scores} made of it. */
@Internal
public final class PredictStatements {

    private static final String INPUT = "features ARRAY<FLOAT>";
    private static final String OUTPUT = "scores ARRAY<FLOAT>";
    private static final int DISTINCT_FLOATS = 1 << 22;

    private PredictStatements() {}

    /** The table {@code source_rows}, as {@link SqlQuery} knows how to size it. */
    public static String createRows(int elements) {
        return createTable("source_rows", INPUT, rowsOptions(elements));
    }

    /**
     * The options of a table of rows, the connector among them.
     *
     * @param elements of a row
     */
    public static Map<String, String> rowsOptions(int elements) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", RowsTableFactory.IDENTIFIER);
        options.put(RowsTableFactory.ROWS.key(), SqlQuery.ROWS);
        options.put(RowsTableFactory.ELEMENTS.key(), String.valueOf(elements));
        int distinct =
                Math.min(RowsTableFactory.DISTINCT.defaultValue(), DISTINCT_FLOATS / elements);
        options.put(RowsTableFactory.DISTINCT.key(), String.valueOf(distinct));
        return options;
    }

    /** The model {@code network} of a provider. */
    public static String createModel(String provider, Map<String, String> options) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("provider", provider));
        all.putAll(options);
        return "CREATE TEMPORARY MODEL network INPUT (%s) OUTPUT (%s) WITH (%s)"
                .formatted(INPUT, OUTPUT, options(all));
    }

    /** The table {@code inferred_rows} of columns for inputs and outputs. */
    public static String createResults(Map<String, String> options) {
        return createTable("inferred_rows", INPUT + ", " + OUTPUT, options);
    }

    /**
     * The same with a model, whose answers come in any order.
     *
     * @param model as of {@code CREATE MODEL}
     * @param table options of the table behind, its connector among them
     */
    public static String createInferenceTable(
            Map<String, String> model, Map<String, String> table) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", "flink-gpu-inference");
        options.put("inputs", "features");
        options.put("outputs", "scores");
        options.put("output-mode", OutputMode.UNORDERED.name());
        model.forEach((key, value) -> options.put("model." + key, value));
        table.forEach((key, value) -> options.put("table." + key, value));
        return createResults(options);
    }

    private static String createTable(String name, String columns, Map<String, String> options) {
        return "CREATE TEMPORARY TABLE %s (%s) WITH (%s)"
                .formatted(name, columns, options(options));
    }

    /**
     * The answers of the model for each row.
     *
     * @param config of the call; empty for Flink's defaults
     */
    public static String predict(Map<String, String> config) {
        String map =
                config.entrySet().stream()
                        .map(entry -> "'%s', '%s'".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", ", ", MAP[", "]"));
        return "SELECT scores FROM ML_PREDICT(TABLE source_rows, MODEL network, DESCRIPTOR(features)%s)"
                .formatted(config.isEmpty() ? "" : map);
    }

    /** The answers of a function for each row, which has arguments in front of the row's column. */
    public static String call(String function, String... literals) {
        String arguments =
                Stream.concat(
                                Arrays.stream(literals)
                                        .map(EncodingUtils::escapeSingleQuotes)
                                        .map("'%s'"::formatted),
                                Stream.of("features"))
                        .collect(Collectors.joining(", "));
        return "SELECT %s(%s) FROM source_rows".formatted(function, arguments);
    }

    private static String options(Map<String, String> options) {
        return options.entrySet().stream()
                .map(
                        entry ->
                                "'%s' = '%s'"
                                        .formatted(
                                                entry.getKey(),
                                                EncodingUtils.escapeSingleQuotes(entry.getValue())))
                .collect(Collectors.joining(", "));
    }
}
