package io.flinkgpu.job.jdbc;

import io.flinkgpu.connectors.jdbc.DatabaseLogin;
import io.flinkgpu.connectors.jdbc.InputTable;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import io.flinkgpu.job.row.RowSchema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.types.Row;

/** Source {@code jdbc}: the rows of a database's table, in the order of a unique column. */
@PublicEvolving
public final class JdbcTableSource implements PipelineElement {

    private static final Key<String> TABLE =
            Key.of("table", ValueTypes.text()).required().describedAs("TABLE or SCHEMA.TABLE.");
    private static final Key<String> KEY =
            Key.of("key", ValueTypes.field())
                    .required()
                    .describedAs(
                            "The column by whose order rows are read: whole numbers or texts, never NULL, no value twice, with an index.");
    private static final Key<Map<String, FieldType>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(FieldTypeValues.TYPES))
                    .required()
                    .describedAs(
                            "The columns to read, which become fields of the same names, and their types; no arrays.");
    private static final Key<String> WHERE =
            Key.of("where", ValueTypes.text())
                    .describedAs(
                            "Which rows are read, in the database's SQL. Without it all of them.");
    private static final Key<Integer> PAGE_ROWS =
            Key.of("page-rows", ValueTypes.integer(1))
                    .orElse(1_000)
                    .describedAs("Rows that are asked for at once, and are in memory then.");

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public String description() {
        return "Reads the rows of a table of PostgreSQL, SQLite or H2 in the order of a key, by one subtask. Bounded: it ends with the last row. A job that resumes goes on behind the last key, without reading what it has read.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                DatabaseKeys.URL,
                TABLE,
                KEY,
                FIELDS,
                WHERE,
                DatabaseKeys.USER,
                DatabaseKeys.PASSWORD,
                PAGE_ROWS);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        RowSchema schema =
                new RowSchema(
                        config.get(FIELDS).entrySet().stream()
                                .map(field -> Field.of(field.getKey(), field.getValue()))
                                .toList());
        if (!areColumns(config)) {
            return PlannedElement.unusable(schema);
        }
        DatabaseLogin login = DatabaseKeys.login(config);
        try {
            Source<Row, ?, ?> source = source(schema, login, config);
            Set<String> columns = new LinkedHashSet<>(config.get(FIELDS).keySet());
            columns.add(config.get(KEY));
            return PlannedElement.of(schema, build -> add(source, schema, build))
                    .withNotes(
                            new TableLook(login)
                                    .check(
                                            config.get(TABLE),
                                            columns,
                                            config.at(DatabaseKeys.URL),
                                            config.at(TABLE),
                                            config.at(FIELDS)));
        } catch (IllegalArgumentException | IllegalStateException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.unusable(schema);
        }
    }

    private static boolean areColumns(Config config) {
        boolean fits = true;
        for (Map.Entry<String, FieldType> field : config.get(FIELDS).entrySet()) {
            if (!ColumnReader.reads(field.getValue())) {
                fits = false;
                config.at(FIELDS)
                        .get(field.getKey())
                        .invalid("A column is no array. Read a text, and take it apart in a step.");
            }
        }
        return fits;
    }

    private static Source<Row, ?, ?> source(RowSchema schema, DatabaseLogin login, Config config) {
        InputTable<Row> table =
                InputTable.<Row>named(config.get(TABLE), new ColumnReader(schema))
                        .url(login.url())
                        .key(config.get(KEY))
                        .columns(config.get(FIELDS).keySet().toArray(String[]::new))
                        .pageRows(config.get(PAGE_ROWS));
        if (login.user() != null) {
            table.login(login.user(), login.password());
        }
        config.find(WHERE).ifPresent(table::where);
        return table.build(schema.typeInfo());
    }

    private static ElementOutput add(
            Source<Row, ?, ?> source, RowSchema schema, BuildContext context) {
        return ElementOutput.of(
                context.place(
                        context.environment()
                                .fromSource(
                                        source,
                                        WatermarkStrategy.noWatermarks(),
                                        context.name(),
                                        schema.typeInfo())));
    }
}
