package io.flinkgpu.job.media;

import io.flinkgpu.connectors.file.FileContent;
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
import java.time.Instant;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Source {@code media-files}: whole files with their media types, those to come as well. */
@PublicEvolving
public final class MediaFilesSource implements PipelineElement {

    private static final Key<MemorySize> MAX_FILE_SIZE =
            Key.of("max-file-size", ValueTypes.memory())
                    .orElse(MediaFiles.DEFAULT_MAX_FILE_SIZE)
                    .describedAs("A larger file becomes a dead letter, or a reference.");
    private static final Key<Boolean> REFERENCES =
            Key.of("references", ValueTypes.truth())
                    .orElse(false)
                    .describedAs(
                            "Whether a larger file becomes a row without content (null) rather than a dead letter.");
    private static final Key<Integer> CONCURRENT_READS =
            Key.of("concurrent-reads", ValueTypes.integer(1))
                    .orElse(MediaFiles.DEFAULT_CONCURRENT_READS)
                    .describedAs(
                            "Files that a subtask reads at once. More help on object stores, and take so many times the memory.");
    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Field.of("path", FieldType.STRING),
                    Field.of("content", FieldType.BYTES),
                    Field.of("contentType", FieldType.STRING),
                    Field.of("size", FieldType.BIGINT),
                    Field.of("modified", FieldType.TIMESTAMP));

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "media-files";
    }

    @Override
    public String description() {
        return "Reads each file whole, as a row with its path (string), content (bytes), contentType (string, by its first bytes, such as image/jpeg), size (bigint) and modified (timestamp). Bounded without monitor. A file that cannot be read is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return FileInputKeys.with(MAX_FILE_SIZE, REFERENCES, CONCURRENT_READS);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return FileInputKeys.<FileContent, MediaFiles>build(
                        paths -> files(paths, context.config()),
                        (files, source) -> planned(source, context.config()),
                        context)
                .orElse(PlannedElement.unusable(SCHEMA));
    }

    private static PlannedElement planned(Source<FileContent, ?, ?> source, Config config) {
        NamedFiles files = new NamedFiles(config.get(MAX_FILE_SIZE));
        NamedFiles again = config.get(REFERENCES) ? files.refersToLargerFiles() : files;
        return PlannedElement.of(SCHEMA, build -> add(source, build))
                .withRedo(FilesAgain.redo(build -> rows(FilesAgain.read(again, build), build)));
    }

    private static MediaFiles files(Path[] paths, Config config) {
        MediaFiles files =
                MediaFiles.of(paths)
                        .maxFileSize(config.get(MAX_FILE_SIZE))
                        .concurrentReads(config.get(CONCURRENT_READS));
        return config.get(REFERENCES) ? files.refersToLargerFiles() : files;
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
                                                MediaFilesSource::row,
                                                new DeadLetterRows(context.name(), SCHEMA),
                                                context.takesDeadLetters()))
                                .returns(SCHEMA.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(FileContent file) {
        Row row =
                Row.of(
                        file.path(),
                        file.isReference() ? null : file.content(),
                        file.contentType(),
                        file.size(),
                        Instant.ofEpochMilli(file.modifiedMillis()));
        return file.failure() == null
                ? RowsOrDeadLetters.Outcome.of(row)
                : RowsOrDeadLetters.Outcome.failed(
                        row, file.failure().errorClass(), file.failure().cause());
    }
}
