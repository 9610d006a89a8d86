package io.flinkgpu.job.jdbc;

import io.flinkgpu.connectors.jdbc.DatabaseLogin;
import io.flinkgpu.connectors.jdbc.UpsertTable;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.types.Row;

/** Sink {@code jdbc}: rows as rows of a database's table. */
@PublicEvolving
public final class JdbcTableSink implements PipelineElement {

    private static final Key<String> TABLE =
            Key.of("table", ValueTypes.text())
                    .required()
                    .describedAs(
                            "TABLE or SCHEMA.TABLE. It must exist, with a primary key or a unique index of just the key's columns.");
    private static final Key<List<String>> KEY =
            Key.of("key", ValueTypes.listOf(ValueTypes.text()))
                    .required()
                    .describedAs("The columns by which a row replaces a former one.");
    private static final Key<Map<String, String>> COLUMNS =
            Key.of("columns", ValueTypes.mapOf(ValueTypes.field()))
                    .describedAs(
                            "Columns and the fields that they come from. Without it every field has a column of its name.");
    private static final Key<Integer> BATCH_ROWS =
            Key.of("batch-rows", ValueTypes.integer(1))
                    .orElse(500)
                    .describedAs("Rows that go to the database at once.");
    private static final Key<Duration> BATCH_DELAY =
            Key.of("batch-delay", ValueTypes.duration())
                    .orElse(Duration.ofSeconds(1))
                    .describedAs("How long a row waits for others.");
    private static final Key<Integer> RETRIES =
            Key.of("retries", ValueTypes.integer(0))
                    .orElse(3)
                    .describedAs("How often a batch is tried again before the job fails.");

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public String description() {
        return "Inserts rows into a table of PostgreSQL, SQLite or H2, or updates those whose key is there. Written at least once: as a row replaces the former one of its key, the table holds each key once.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                DatabaseKeys.URL,
                TABLE,
                KEY,
                COLUMNS,
                DatabaseKeys.USER,
                DatabaseKeys.PASSWORD,
                BATCH_ROWS,
                BATCH_DELAY,
                RETRIES);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        TableColumns columns = columns(context);
        if (!columns.check(config.at(KEY), at(config))) {
            return PlannedElement.unusable(RowSchema.NONE);
        }
        DatabaseLogin login = DatabaseKeys.login(config);
        try {
            Sink<Row> sink = sink(columns, login, config);
            return PlannedElement.sink(build -> build.place(build.input().sinkTo(sink)))
                    .withNotes(
                            new TableLook(login)
                                    .check(
                                            config.get(TABLE),
                                            columns.fields().keySet(),
                                            config.at(DatabaseKeys.URL),
                                            config.at(TABLE),
                                            at(config)));
        } catch (IllegalArgumentException | IllegalStateException invalid) {
            config.object().problem(invalid.getMessage());
            return PlannedElement.unusable(RowSchema.NONE);
        }
    }

    /** Where the file says which columns there are. */
    private static Value at(Config config) {
        return config.says(COLUMNS) ? config.at(COLUMNS) : config.object();
    }

    private static TableColumns columns(ElementContext context) {
        Config config = context.config();
        Map<String, FieldType> types = new LinkedHashMap<>();
        Map<String, Integer> places = new LinkedHashMap<>();
        if (!config.says(COLUMNS)) {
            for (Field field : context.input().fields()) {
                types.put(field.name(), field.type());
                places.put(field.name(), context.input().indexOf(field.name()));
            }
        } else {
            config.get(COLUMNS)
                    .forEach(
                            (column, name) ->
                                    context.requireInput(name, config.at(COLUMNS).get(column))
                                            .ifPresent(
                                                    field -> {
                                                        types.put(column, field.type());
                                                        places.put(
                                                                column,
                                                                context.input().indexOf(name));
                                                    }));
        }
        return new TableColumns(types, places, config.get(KEY));
    }

    private static Sink<Row> sink(TableColumns columns, DatabaseLogin login, Config config) {
        UpsertTable<Row> table =
                UpsertTable.<Row>named(config.get(TABLE))
                        .url(login.url())
                        .batch(config.get(BATCH_ROWS), config.get(BATCH_DELAY))
                        .retries(config.get(RETRIES));
        if (login.user() != null) {
            table.login(login.user(), login.password());
        }
        for (String key : columns.keys()) {
            int place = columns.fields().get(key);
            table.key(key, row -> row.getField(place));
        }
        columns.fields()
                .forEach(
                        (column, field) -> {
                            int place = field;
                            if (!columns.keys().contains(column)) {
                                table.column(column, row -> row.getField(place));
                            }
                        });
        return table.build();
    }
}
