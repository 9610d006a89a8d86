package io.flinkgpu.job.media;

import io.flinkgpu.connectors.parquet.ParquetRow;
import io.flinkgpu.connectors.parquet.ParquetRows;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowsOrDeadLetters;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Plans a source of columns of Parquet files. */
final class ParquetReading {

    private static final List<Field> PLACE =
            List.of(Field.of("path", FieldType.STRING), Field.of("row", FieldType.BIGINT));

    private ParquetReading() {}

    static PlannedElement plan(ElementContext context) {
        Config config = context.config();
        if (!areNamesClear(config)) {
            return PlannedElement.UNKNOWN;
        }
        RowSchema schema =
                new RowSchema(PLACE)
                        .with(
                                config.get(ParquetSource.FIELDS).entrySet().stream()
                                        .map(field -> Field.of(field.getKey(), field.getValue()))
                                        .toList());
        return FileInputKeys.<ParquetRow, ParquetRows>build(
                        paths -> rows(paths, config),
                        (rows, source) ->
                                PlannedElement.of(schema, build -> add(source, schema, build))
                                        .withNotes(look(rows)),
                        context)
                .orElse(PlannedElement.unusable(schema));
    }

    private static boolean areNamesClear(Config config) {
        Set<String> fields = config.get(ParquetSource.FIELDS).keySet();
        boolean areClear = true;
        for (Field place : PLACE) {
            if (fields.contains(place.name())) {
                areClear = false;
                config.at(ParquetSource.FIELDS)
                        .get(place.name())
                        .problem(
                                "Invalid field '%s': rows have a field of that name, which says where they come from. Call it otherwise, and name its column: columns: {NAME: %s}."
                                        .formatted(place.name(), place.name()));
            }
        }
        for (String field : config.find(ParquetSource.COLUMNS).orElse(Map.of()).keySet()) {
            if (!fields.contains(field)) {
                areClear = false;
                config.at(ParquetSource.COLUMNS)
                        .get(field)
                        .problem(
                                "Invalid name '%s' in columns: it is none of the fields. %s"
                                        .formatted(field, NearestName.suggest(field, fields)));
            }
        }
        return areClear;
    }

    private static ParquetRows rows(Path[] paths, Config config) {
        Map<String, String> columns = config.find(ParquetSource.COLUMNS).orElse(Map.of());
        ParquetRows rows = ParquetRows.of(paths);
        config.get(ParquetSource.FIELDS)
                .forEach(
                        (name, type) ->
                                rows.column(
                                        name, columns.getOrDefault(name, name), type.typeInfo()));
        return rows;
    }

    /** No problem, as other files may be better, and dead letters may be what is wanted. */
    private static List<String> look(ParquetRows rows) {
        try {
            return rows.lookAtFirst().map(why -> "first file: " + why).stream().toList();
        } catch (IOException unreachable) {
            return List.of("not checked: columns: " + unreachable.getMessage());
        }
    }

    private static ElementOutput add(
            Source<ParquetRow, ?, ?> source, RowSchema schema, BuildContext context) {
        int width = schema.fields().size();
        DataStream<ParquetRow> rows =
                context.place(
                        context.environment()
                                .fromSource(
                                        source, WatermarkStrategy.noWatermarks(), context.name()));
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        rows.process(
                                        new RowsOrDeadLetters<>(
                                                read -> row(read, width),
                                                new DeadLetterRows(context.name(), schema),
                                                context.takesDeadLetters()))
                                .returns(schema.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(ParquetRow read, int width) {
        Row row = Row.withPositions(width);
        row.setField(0, read.path());
        row.setField(1, read.number());
        if (read.failure() != null) {
            return RowsOrDeadLetters.Outcome.failed(
                    row, read.failure().errorClass(), read.failure().cause());
        }
        for (int field = PLACE.size(); field < width; field++) {
            row.setField(field, read.values().getField(field - PLACE.size()));
        }
        return RowsOrDeadLetters.Outcome.of(row);
    }
}
