package io.flinkgpu.job.builtin;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.InvalidInputException;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.media.NamedFiles;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.FilesAgain;
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
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Source {@code files}: whole files, each a row. */
@PublicEvolving
public final class FilesSource implements PipelineElement {

    private static final Key<List<String>> PATH =
            Key.of("path", ValueTypes.listOf(ValueTypes.path()))
                    .required()
                    .describedAs(
                            "A directory, which is read with all below it, a file, or a list of files (*.txt, one path a line).");

    private static final Key<List<String>> EXTENSIONS =
            Key.of("extensions", ValueTypes.listOf(ValueTypes.text()))
                    .describedAs(
                            "Takes only files of directories whose names end so, in any case, such as .jpg. Without it all are taken.");

    private static final Key<Integer> REPEAT =
            Key.of("repeat", ValueTypes.integer(1))
                    .orElse(1)
                    .describedAs("How often each file is read.");

    private static final Key<MemorySize> MAX_FILE_SIZE =
            Key.of("max-file-size", ValueTypes.memory())
                    .orElse(MediaFiles.DEFAULT_MAX_FILE_SIZE)
                    .describedAs("A larger file becomes a dead letter.");

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Field.of("path", FieldType.STRING),
                    Field.of("content", FieldType.BYTES),
                    Field.of("size", FieldType.BIGINT));

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "files";
    }

    @Override
    public String description() {
        return "Reads each file whole, as a row with its path (string), content (bytes) and size (bigint). Bounded. A file that cannot be read is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(PATH, EXTENSIONS, REPEAT, MAX_FILE_SIZE);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        try {
            Source<FileContent, ?, ?> source = source(context, config);
            NamedFiles again = new NamedFiles(config.get(MAX_FILE_SIZE));
            return PlannedElement.of(SCHEMA, build -> add(source, build))
                    .withRedo(FilesAgain.redo(build -> rows(FilesAgain.read(again, build), build)));
        } catch (InvalidInputException missing) {
            config.at(PATH).problem(missing.getMessage());
        } catch (IllegalArgumentException invalid) {
            config.object().problem(invalid.getMessage());
        }
        return PlannedElement.unusable(SCHEMA);
    }

    private static Source<FileContent, ?, ?> source(ElementContext context, Config config) {
        Path[] paths = config.get(PATH).stream().map(context::resolve).toArray(Path[]::new);
        return MediaFiles.of(paths)
                .extensions(config.find(EXTENSIONS).orElse(List.of()).toArray(String[]::new))
                .repeat(config.get(REPEAT))
                .maxFileSize(config.get(MAX_FILE_SIZE))
                .build();
    }

    private static ElementOutput add(Source<FileContent, ?, ?> source, BuildContext context) {
        DataStream<FileContent> files =
                context.place(
                        context.environment()
                                .fromSource(
                                        source,
                                        WatermarkStrategy.noWatermarks(),
                                        context.name(),
                                        FileContent.TYPE));
        return rows(files, context);
    }

    private static ElementOutput rows(DataStream<FileContent> files, BuildContext context) {
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        files.process(
                                        new RowsOrDeadLetters<>(
                                                FilesSource::row,
                                                new DeadLetterRows(context.name(), SCHEMA),
                                                context.takesDeadLetters()))
                                .returns(SCHEMA.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(FileContent file) {
        Row row = Row.of(file.path(), file.content(), (long) file.content().length);
        return file.failure() == null
                ? RowsOrDeadLetters.Outcome.of(row)
                : RowsOrDeadLetters.Outcome.failed(
                        row, file.failure().errorClass(), file.failure().cause());
    }
}
