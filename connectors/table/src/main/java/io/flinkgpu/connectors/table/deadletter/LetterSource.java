package io.flinkgpu.connectors.table.deadletter;

import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.text.TextLines;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.types.DataType;

/** Reads the dead letters of a directory that are committed. Immutable. */
record LetterSource(
        Path directory, Optional<Duration> monitor, List<LetterField> columns, DataType produced)
        implements ScanTableSource {

    private static final MemorySize MAX_LETTER_SIZE = MemorySize.ofMebiBytes(64);

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        TextLines lines =
                TextLines.ofJson(directory)
                        .extensions(JsonLines.SUFFIX)
                        .recursive(false)
                        .maxLineSize(MAX_LETTER_SIZE)
                        .mayFindNothing();
        monitor.ifPresent(lines::monitor);
        try {
            return SourceProvider.of(
                    lines.build(new LetterRows(columns, context.createTypeInformation(produced))));
        } catch (IllegalArgumentException unreadable) {
            throw new ValidationException(unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public DynamicTableSource copy() {
        return this;
    }

    @Override
    public String asSummaryString() {
        return DeadLettersTableFactory.IDENTIFIER;
    }
}
