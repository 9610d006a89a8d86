package io.flinkgpu.job.media;

import io.flinkgpu.connectors.text.TextLine;
import io.flinkgpu.connectors.text.TextLines;
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
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Source {@code text-lines}: files line by line, those to come as well. */
@PublicEvolving
public final class TextLinesSource implements PipelineElement {

    private static final Key<MemorySize> MAX_LINE_SIZE =
            Key.of("max-line-size", ValueTypes.memory())
                    .orElse(TextLines.DEFAULT_MAX_LINE_SIZE)
                    .describedAs("A longer line becomes a dead letter.");

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Field.of("path", FieldType.STRING),
                    Field.of("line", FieldType.BIGINT),
                    Field.of("text", FieldType.STRING));

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "text-lines";
    }

    @Override
    public String description() {
        return "Reads files line by line (UTF-8, plain or gzip), as rows with path (string), line (bigint, the number from 1) and text (string). Bounded without monitor. A line that cannot be read is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return FileInputKeys.with(MAX_LINE_SIZE);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return FileInputKeys.<TextLine, TextLines>build(
                        paths ->
                                TextLines.of(paths)
                                        .maxLineSize(context.config().get(MAX_LINE_SIZE)),
                        (files, source) -> PlannedElement.of(SCHEMA, build -> add(source, build)),
                        context)
                .orElse(PlannedElement.unusable(SCHEMA));
    }

    private static ElementOutput add(Source<TextLine, ?, ?> source, BuildContext context) {
        DataStream<TextLine> lines =
                context.place(
                        context.environment()
                                .fromSource(
                                        source,
                                        WatermarkStrategy.noWatermarks(),
                                        context.name(),
                                        TextLine.TYPE));
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        lines.process(
                                        new RowsOrDeadLetters<>(
                                                TextLinesSource::row,
                                                new DeadLetterRows(context.name(), SCHEMA),
                                                context.takesDeadLetters()))
                                .returns(SCHEMA.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(TextLine line) {
        Row row = Row.of(line.path(), line.number(), line.text());
        return line.failure() == null
                ? RowsOrDeadLetters.Outcome.of(row)
                : RowsOrDeadLetters.Outcome.failed(
                        row, line.failure().errorClass(), line.failure().cause());
    }
}
