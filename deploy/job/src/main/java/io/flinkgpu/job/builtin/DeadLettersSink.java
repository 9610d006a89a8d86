package io.flinkgpu.job.builtin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.redo.LetterFiles;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.types.Row;

/** Sink {@code dead-letters}: what other elements could not deal with, as JSON lines. */
@PublicEvolving
public final class DeadLettersSink implements PipelineElement {

    private static final RowJson JSON = new RowJson(DeadLetterRows.SCHEMA);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "dead-letters";
    }

    @Override
    public String description() {
        return "Writes dead letters as JSON lines, exactly once, with the row as an object. Its input is NAME.dead-letters of one or more elements.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(JsonLinesSink.PATH);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        if (!DeadLetterRows.SCHEMA.takes(context.input())) {
            context.config()
                    .object()
                    .problem(
                            "Invalid input of sink '%s': it holds no dead letters. Write NAME.dead-letters, or use a sink of type json-lines."
                                    .formatted(context.name()));
            return PlannedElement.unusable(RowSchema.NONE);
        }
        Path directory = context.resolve(context.config().get(JsonLinesSink.PATH));
        FileSink<Row> sink =
                JsonLines.sink(directory, (row, line) -> line.fields(withObject(JSON.write(row))));
        return PlannedElement.sink(
                        build -> {
                            build.place(build.input().sinkTo(sink));
                            build.recordAs(SinkProbe.ofPlace("files", directory.toString()));
                        })
                .withLetters(new LetterFiles(directory));
    }

    private static ObjectNode withObject(ObjectNode letter) throws IOException {
        letter.set("row", MAPPER.readTree(letter.path("row").asText()));
        if (letter.path("origin").isTextual()) {
            letter.set("origin", MAPPER.readTree(letter.path("origin").asText()));
        }
        return letter;
    }
}
