package io.flinkgpu.job.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowsOrDeadLetters;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Source {@code json-lines}: files with a JSON object a line. */
@PublicEvolving
public final class JsonLinesSource implements PipelineElement {

    private static final Key<List<String>> PATH =
            Key.of("path", ValueTypes.listOf(ValueTypes.path()))
                    .required()
                    .describedAs("A file, or a directory, which is read with all below it.");

    private static final Key<Map<String, FieldType>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(FieldTypeValues.TYPES))
                    .required()
                    .describedAs(
                            "The fields of a row and their types. A key that a line lacks becomes null, and one that is not named here is left out.");

    private static final RowSchema LINES = RowSchema.of(Field.of("line", FieldType.STRING));
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "json-lines";
    }

    @Override
    public String description() {
        return "Reads files with a JSON object a line (UTF-8), as a row with the fields that are named. Bounded. A line that is no such object is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(PATH, FIELDS);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        RowSchema schema =
                new RowSchema(
                        config.get(FIELDS).entrySet().stream()
                                .map(field -> Field.of(field.getKey(), field.getValue()))
                                .toList());
        List<Path> paths = config.get(PATH).stream().map(context::resolve).toList();
        paths.forEach(path -> requireExists(path, config));
        return PlannedElement.of(schema, build -> add(paths, schema, build));
    }

    private static void requireExists(Path path, Config config) {
        try {
            if (!path.getFileSystem().exists(path)) {
                config.at(PATH)
                        .problem(
                                "Invalid path: '%s'. There is no such file or directory."
                                        .formatted(path));
            }
        } catch (IOException unreachable) {
            config.at(PATH)
                    .problem("Cannot read '%s': %s.".formatted(path, unreachable.getMessage()));
        }
    }

    private static ElementOutput add(List<Path> paths, RowSchema schema, BuildContext context) {
        FileSource<String> source =
                FileSource.forRecordStreamFormat(
                                new TextLineInputFormat("UTF-8"), paths.toArray(Path[]::new))
                        .build();
        DataStream<String> lines =
                context.place(
                        context.environment()
                                .fromSource(
                                        source, WatermarkStrategy.noWatermarks(), context.name()));
        RowJson json = new RowJson(schema);
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        lines.process(
                                        new RowsOrDeadLetters<>(
                                                line -> row(line, json),
                                                new DeadLetterRows(context.name(), LINES),
                                                context.takesDeadLetters()))
                                .returns(schema.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(String line, RowJson json) {
        try {
            JsonNode object = MAPPER.readTree(line);
            if (!object.isObject()) {
                throw new IllegalArgumentException("The line is no JSON object.");
            }
            return RowsOrDeadLetters.Outcome.of(json.read(object));
        } catch (JsonProcessingException malformed) {
            return failed(line, malformed, malformed.getOriginalMessage());
        } catch (IllegalArgumentException invalid) {
            return failed(line, invalid, invalid.getMessage());
        }
    }

    private static RowsOrDeadLetters.Outcome failed(String line, Exception failure, String cause) {
        return RowsOrDeadLetters.Outcome.failed(
                Row.of(line), failure.getClass().getSimpleName(), cause);
    }
}
