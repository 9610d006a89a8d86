package io.flinkgpu.job.builtin;

import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.types.Row;

/** Sink {@code json-lines}: files with a JSON object a line. */
@PublicEvolving
public final class JsonLinesSink implements PipelineElement {

    static final Key<String> PATH =
            Key.of("path", ValueTypes.path())
                    .required()
                    .describedAs("A directory for the files of this sink alone.");

    static final Key<String> PREFIX =
            Key.of("prefix", ValueTypes.text())
                    .orElse("part")
                    .describedAs("How the names of files begin.");

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "json-lines";
    }

    @Override
    public String description() {
        return "Writes each row as a JSON object on a line (UTF-8), exactly once: a file gets its name with the checkpoint after its rows. Bytes become Base64, timestamps ISO-8601.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(PATH, PREFIX);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        Path directory = context.resolve(config.get(PATH));
        RowJson json = new RowJson(context.input());
        try {
            FileSink<Row> sink =
                    JsonLines.sink(
                            directory,
                            config.get(PREFIX),
                            (row, line) -> line.fields(json.write(row)));
            return PlannedElement.sink(
                    build -> {
                        build.place(build.input().sinkTo(sink));
                        build.recordAs(SinkProbe.ofPlace("files", directory.toString()));
                    });
        } catch (IllegalArgumentException invalid) {
            config.at(PREFIX).problem(invalid.getMessage());
            return PlannedElement.unusable(RowSchema.NONE);
        }
    }
}
