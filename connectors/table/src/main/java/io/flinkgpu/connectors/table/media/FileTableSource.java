package io.flinkgpu.connectors.table.media;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/** What a query reads of a {@link FileTable}. Planner's thread only. */
final class FileTableSource<T>
        implements ScanTableSource, SupportsProjectionPushDown, SupportsReadingMetadata {

    private final FileTable<T> table;
    private DataType produced;
    private List<Integer> columns;
    private List<String> metadata;

    /** Reads all physical columns. */
    FileTableSource(FileTable<T> table, DataType produced) {
        this(
                table,
                produced,
                IntStream.range(0, table.columns().size()).boxed().toList(),
                List.of());
    }

    private FileTableSource(
            FileTable<T> table, DataType produced, List<Integer> columns, List<String> metadata) {
        this.table = table;
        this.produced = produced;
        this.columns = columns;
        this.metadata = metadata;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        FileTable.Selection selection = new FileTable.Selection(columns, metadata);
        try {
            Source<RowData, ?, ?> source =
                    table.source(selection, context.createTypeInformation(produced));
            return SourceProvider.of(source, table.parallelism());
        } catch (IllegalArgumentException unreadable) {
            throw new ValidationException(unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        columns = Arrays.stream(projectedFields).map(path -> path[0]).toList();
        produced = producedDataType;
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        Map<String, DataType> types = new LinkedHashMap<>();
        table.metadata().forEach((key, of) -> types.put(key, of.type()));
        return types;
    }

    @Override
    public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
        metadata = List.copyOf(metadataKeys);
        produced = producedDataType;
    }

    @Override
    public DynamicTableSource copy() {
        return new FileTableSource<>(table, produced, columns, metadata);
    }

    @Override
    public String asSummaryString() {
        return table.connector();
    }
}
