package io.flinkgpu.connectors.iceberg;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.source.IcebergSource;
import org.apache.iceberg.flink.source.StreamingStartingStrategy;
import org.apache.iceberg.flink.source.reader.RowDataConverter;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The paths in a column of a table as a source; {@link FileReadFunction} reads the files.
 *
 * <p>Only this column is read. NULL becomes the empty path, which the function takes for a file
 * that cannot be read.
 *
 * <pre>{@code
 * DataStream<FileContent> files =
 *         FileReferences.of(table, "path")
 *                 .read(env)
 *                 .rebalance()
 *                 .map(new FileReadFunction(MemorySize.ofMebiBytes(64)));
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class FileReferences {

    private final IcebergTable table;
    private final String column;
    @Nullable private Duration interval;
    @Nullable private Long snapshotId;
    @Nullable private Long afterId;

    private FileReferences(IcebergTable table, String column) {
        this.table = table;
        this.column = column;
    }

    /** Starts a source of the paths in a column of strings. */
    public static FileReferences of(IcebergTable table, String column) {
        return new FileReferences(Objects.requireNonNull(table), Objects.requireNonNull(column));
    }

    /** Reads this snapshot rather than the newest one. */
    public FileReferences snapshot(long snapshotId) {
        this.snapshotId = snapshotId;
        return this;
    }

    /**
     * Reads only what was appended after a snapshot, up to the one of {@link #snapshot}, which must
     * be set.
     */
    public FileReferences after(long snapshotId) {
        this.afterId = snapshotId;
        return this;
    }

    /** Goes on with the rows of new snapshots, which it looks for so often. */
    public FileReferences continuously(Duration interval) {
        this.interval = Objects.requireNonNull(interval);
        return this;
    }

    /**
     * Says whether the table is there and has the column. Asks the catalog.
     *
     * @throws IllegalArgumentException if not
     */
    public void check() {
        if (!table.exists()) {
            throw new IllegalArgumentException(
                    "Invalid table: '%s'. The catalog has none of that name."
                            .formatted(table.name()));
        }
        stringColumn();
    }

    /**
     * Adds the source to a job: bounded, unless it goes on.
     *
     * @throws IllegalArgumentException if the table has no such column of strings
     * @throws IllegalStateException if it shall both read one snapshot and go on, or read what came
     *     after a snapshot without an end
     */
    public SingleOutputStreamOperator<String> read(StreamExecutionEnvironment environment) {
        if (snapshotId != null && interval != null) {
            throw new IllegalStateException(
                    "Cannot read table '%s': it reads either one snapshot or continuously."
                            .formatted(table.name()));
        }
        if (afterId != null && snapshotId == null) {
            throw new IllegalStateException(
                    "Cannot read table '%s' after snapshot %d: no snapshot ends it. Call snapshot."
                            .formatted(table.name(), afterId));
        }
        IcebergSource.Builder<String> source =
                IcebergSource.forOutputType(new FirstString())
                        .tableLoader(table.loader())
                        .project(new Schema(stringColumn()));
        if (interval != null) {
            source.streaming(true)
                    .streamingStartingStrategy(
                            StreamingStartingStrategy.TABLE_SCAN_THEN_INCREMENTAL)
                    .monitorInterval(interval);
        }
        limit(source);
        return environment.fromSource(
                source.build(),
                WatermarkStrategy.noWatermarks(),
                "paths of " + table.name(),
                Types.STRING);
    }

    private void limit(IcebergSource.Builder<String> source) {
        if (afterId != null && afterId.equals(snapshotId)) {
            source.useSnapshotId(snapshotId).filters(List.of(Expressions.alwaysFalse()));
        } else if (afterId != null) {
            source.startSnapshotId(afterId).endSnapshotId(snapshotId);
        } else if (snapshotId != null) {
            source.useSnapshotId(snapshotId);
        }
    }

    private NestedField stringColumn() {
        Schema schema = table.query(loaded -> loaded.schema());
        NestedField field = schema.findField(column);
        if (field == null || field.type().typeId() != Type.TypeID.STRING) {
            throw new IllegalArgumentException(
                    "Invalid column: '%s'. Table '%s' must have a column of strings of this name; it has %s."
                            .formatted(column, table.name(), schema.columns()));
        }
        return field;
    }

    private static final class FirstString implements RowDataConverter<String> {

        private static final long serialVersionUID = 1L;

        @Override
        public String apply(RowData row) {
            return row.isNullAt(0) ? "" : row.getString(0).toString();
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }
}
