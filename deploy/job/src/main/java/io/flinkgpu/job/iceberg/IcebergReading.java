package io.flinkgpu.job.iceberg;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.iceberg.FileReadFunction;
import io.flinkgpu.connectors.iceberg.FileReferences;
import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.FilesAgain;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowsOrDeadLetters;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/** Plans a source of the files that a table of Iceberg names. */
final class IcebergReading {

    private IcebergReading() {}

    static PlannedElement plan(ElementContext context) {
        Config config = context.config();
        if (config.says(IcebergKeys.SNAPSHOT) && config.says(IcebergKeys.MONITOR)) {
            config.at(IcebergKeys.MONITOR)
                    .invalid("One snapshot has no others behind it. Remove snapshot or monitor.");
        }
        Optional<IcebergTable> table = NamedTable.of(context);
        if (table.isEmpty()) {
            return PlannedElement.unusable(IcebergFilesSource.SCHEMA);
        }
        FileReferences references = FileReferences.of(table.get(), config.get(IcebergKeys.COLUMN));
        config.find(IcebergKeys.SNAPSHOT).ifPresent(references::snapshot);
        config.find(IcebergKeys.MONITOR).ifPresent(references::continuously);
        try {
            FileReadFunction read = new FileReadFunction(config.get(IcebergKeys.MAX_FILE_SIZE));
            PlannedElement source =
                    PlannedElement.of(
                                    IcebergFilesSource.SCHEMA,
                                    build -> add(references, read, build))
                            .withNotes(check(references, table.get(), config))
                            .withRedo(FilesAgain.redo(build -> rows(again(read, build), build)));
            return NewOnly.of(context)
                    .map(
                            run ->
                                    new NewSnapshots(table.get(), run)
                                            .limit(source, references, context))
                    .orElse(source);
        } catch (IllegalArgumentException tooLarge) {
            config.at(IcebergKeys.MAX_FILE_SIZE).problem(tooLarge.getMessage());
            return PlannedElement.unusable(IcebergFilesSource.SCHEMA);
        }
    }

    private static List<String> check(
            FileReferences references, IcebergTable table, Config config) {
        try {
            references.check();
            return List.of("table %s: exists".formatted(table.name()));
        } catch (IllegalArgumentException unfit) {
            config.at(IcebergKeys.TABLE).problem(unfit.getMessage());
            return List.of();
        } catch (RuntimeException unreachable) {
            return List.of(
                    "not checked: table %s: %s".formatted(table.name(), unreachable.getMessage()));
        }
    }

    private static DataStream<FileContent> again(FileReadFunction read, BuildContext context) {
        return context.place(
                context.input()
                        .map(row -> read.map((String) row.getField(0)))
                        .returns(FileContent.TYPE));
    }

    private static ElementOutput add(
            FileReferences references, FileReadFunction read, BuildContext context) {
        DataStream<FileContent> files =
                context.place(
                        "read",
                        context.place(references.read(context.environment()))
                                .rebalance()
                                .map(read)
                                .returns(FileContent.TYPE));
        return rows(files, context);
    }

    private static ElementOutput rows(DataStream<FileContent> files, BuildContext context) {
        return ElementOutput.withDeadLetters(
                context.place(
                        "rows",
                        files.process(
                                        new RowsOrDeadLetters<>(
                                                IcebergReading::row,
                                                new DeadLetterRows(
                                                        context.name(), IcebergFilesSource.SCHEMA),
                                                context.takesDeadLetters()))
                                .returns(IcebergFilesSource.SCHEMA.typeInfo())));
    }

    private static RowsOrDeadLetters.Outcome row(FileContent file) {
        Row row = Row.of(file.path(), file.content(), file.contentType(), file.size());
        return file.failure() == null
                ? RowsOrDeadLetters.Outcome.of(row)
                : RowsOrDeadLetters.Outcome.failed(
                        row, file.failure().errorClass(), file.failure().cause());
    }
}
