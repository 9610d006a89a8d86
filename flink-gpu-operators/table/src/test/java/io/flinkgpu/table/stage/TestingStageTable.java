package io.flinkgpu.table.stage;

import io.flinkgpu.inference.model.ModelRef;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes {@code CREATE TABLE} for tables with a model. */
final class TestingStageTable {

    private final String name;
    private final String columns;
    private final Map<String, String> options = new TreeMap<>();

    private TestingStageTable(String name, String columns) {
        this.name = name;
        this.columns = columns;
        options.put("connector", InferenceTableFactory.IDENTIFIER);
    }

    /** A table with these columns. */
    static TestingStageTable named(String name, String columns) {
        return new TestingStageTable(name, columns);
    }

    /** With an echo from {@code pixels} to {@code answer}, both {@code ARRAY<FLOAT>}. */
    TestingStageTable echo(ModelRef model) {
        with("model.location", model.location());
        with("model.runtime", model.runtime());
        model.options().forEach((key, value) -> with("model.model-option." + key, value));
        with("inputs", "pixels");
        return with("outputs", "answer");
    }

    TestingStageTable with(String key, String value) {
        options.put(key, value);
        return this;
    }

    TestingStageTable without(String key) {
        options.remove(key);
        return this;
    }

    String sql() {
        return "CREATE TABLE %s (%s) WITH (%s)".formatted(name, columns, options());
    }

    /** With something between the columns and the options. */
    String sql(String clause) {
        return "CREATE TABLE %s (%s) %s WITH (%s)".formatted(name, columns, clause, options());
    }

    private String options() {
        return options.entrySet().stream()
                .map(option -> "'%s' = '%s'".formatted(option.getKey(), option.getValue()))
                .collect(Collectors.joining(", "));
    }
}
