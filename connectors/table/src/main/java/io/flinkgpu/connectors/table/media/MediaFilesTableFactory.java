package io.flinkgpu.connectors.table.media;

import static io.flinkgpu.connectors.table.media.MediaFilesTableOptions.CONCURRENT_READS;
import static io.flinkgpu.connectors.table.media.MediaFilesTableOptions.MAX_FILE_SIZE;
import static io.flinkgpu.connectors.table.media.MediaFilesTableOptions.REFERENCES;

import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.table.check.TableProblems;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * Table connector {@code media-files}: each file is a row with its bytes, if a column wants them.
 *
 * <p>Reads what {@link MediaFiles} reads, in the same way.
 */
@PublicEvolving
public final class MediaFilesTableFactory implements DynamicTableSourceFactory {

    private static final int LARGEST_MAX_BYTES = Integer.MAX_VALUE - 16;

    private static final Map<String, FileTable.Metadata<FileContent>> METADATA = metadata();

    @Override
    public String factoryIdentifier() {
        return "media-files";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(FileTableOptions.PATH);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> options = new HashSet<>(FileInputs.OPTIONAL);
        options.addAll(
                Set.of(
                        MAX_FILE_SIZE,
                        REFERENCES,
                        CONCURRENT_READS,
                        FactoryUtil.SOURCE_PARALLELISM));
        return options;
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        TableProblems.validate(helper::validate);
        ReadableConfig options = helper.getOptions();
        ResolvedSchema schema = context.getCatalogTable().getResolvedSchema();
        TableProblems problems = new TableProblems();
        FileInputs inputs = FileInputs.of(options, problems);
        OnError onError = OnError.of(options, schema, problems);
        checkOptions(options, problems);
        List<TableField<FileContent>> columns = columns(schema, problems);
        problems.throwIfAny();
        FileTable<FileContent> table =
                new FileTable<>(
                        factoryIdentifier(),
                        columns,
                        METADATA,
                        FileContent::failure,
                        onError,
                        (selection, rows) -> files(inputs, options, selection).build(rows),
                        options.get(FactoryUtil.SOURCE_PARALLELISM));
        return new FileTableSource<>(table, context.getPhysicalRowDataType());
    }

    private static void checkOptions(ReadableConfig options, TableProblems problems) {
        MemorySize maxSize = options.get(MAX_FILE_SIZE);
        if (maxSize.getBytes() < 1 || maxSize.getBytes() > LARGEST_MAX_BYTES) {
            problems.option(
                    MAX_FILE_SIZE,
                    maxSize.getBytes() + " bytes",
                    "It must be within 1 and %d bytes.".formatted(LARGEST_MAX_BYTES));
        }
        int reads = options.get(CONCURRENT_READS);
        if (reads < 1) {
            problems.option(CONCURRENT_READS, reads, "It must be at least 1.");
        }
    }

    private static List<TableField<FileContent>> columns(
            ResolvedSchema schema, TableProblems problems) {
        List<Column> physical = schema.getColumns().stream().filter(Column::isPhysical).toList();
        for (Column column : physical) {
            boolean isBytes = column.getDataType().getLogicalType().is(LogicalTypeRoot.VARBINARY);
            if (physical.size() > 1 || !isBytes || !isNullable(column)) {
                problems.column(
                        column,
                        "A table of media files has at most one column that is no metadata, of type BYTES: the content, which may be NULL. The others are %s, such as %s METADATA."
                                .formatted(String.join(", ", METADATA.keySet()), "path STRING"));
            }
        }
        return physical.isEmpty() ? List.of() : List.of(MediaFilesTableFactory::content);
    }

    private static boolean isNullable(Column column) {
        return column.getDataType().getLogicalType().isNullable();
    }

    /** Where nobody asks for the content, only the first bytes of a file are read. */
    private static MediaFiles files(
            FileInputs inputs, ReadableConfig options, FileTable.Selection selection) {
        MediaFiles files =
                inputs.applyTo(MediaFiles.of(inputs.toPaths()))
                        .concurrentReads(options.get(CONCURRENT_READS));
        boolean isContentRead =
                !selection.columns().isEmpty() || selection.metadata().contains(OnError.KEY);
        if (!isContentRead) {
            return files.maxFileSize(new MemorySize(ContentTypes.HEAD_BYTES)).refersToLargerFiles();
        }
        files.maxFileSize(options.get(MAX_FILE_SIZE));
        return options.get(REFERENCES) ? files.refersToLargerFiles() : files;
    }

    private static Object content(FileContent file) {
        return file.isReference() || file.failure() != null ? null : file.content();
    }

    private static Map<String, FileTable.Metadata<FileContent>> metadata() {
        Map<String, FileTable.Metadata<FileContent>> fields = new LinkedHashMap<>();
        fields.put(
                "path",
                new FileTable.Metadata<>(
                        DataTypes.STRING().notNull(), file -> TableField.text(file.path())));
        fields.put(
                "content-type",
                new FileTable.Metadata<>(
                        DataTypes.STRING().notNull(), file -> TableField.text(file.contentType())));
        fields.put(
                "size", new FileTable.Metadata<>(DataTypes.BIGINT().notNull(), FileContent::size));
        fields.put(
                "modified",
                new FileTable.Metadata<>(
                        TableField.TIME, file -> TableField.time(file.modifiedMillis())));
        fields.put(
                OnError.KEY,
                new FileTable.Metadata<>(
                        TableField.ERROR, file -> TableField.error(file.failure())));
        return Collections.unmodifiableMap(fields);
    }
}
