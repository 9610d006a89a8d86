package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.inference.ledger.SinkProbes;
import io.flinkgpu.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.IcebergSink;

/**
 * Writes a stream into a table of Iceberg, exactly once.
 *
 * <p>Rows are Java records, or Flink's {@code Row}s with named fields. The table is created if it
 * is missing, with a column for each field; a field that an existing table has no column for adds
 * one. This happens while the job's graph is made, in the client.
 *
 * <p>The rows between two checkpoints become one snapshot when the second one completes: readers
 * see all of them or none. Its summary names job and checkpoint ({@link IcebergTable#committed}).
 *
 * <pre>{@code
 * IcebergTableSink.into(new IcebergTable(IcebergCatalog.hadoop("/warehouse"), "inference.labels"))
 *         .partitionBy("day(seen)")
 *         .tensor("scores", DataType.FLOAT32)
 *         .append(labels);
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class IcebergTableSink {

    private final IcebergTable table;
    private final List<String> partitions = new ArrayList<>();
    private final Map<String, DataType> tensors = new HashMap<>();
    private final Map<String, String> options = new HashMap<>();

    private String uid;

    private IcebergTableSink(IcebergTable table) {
        this.table = table;
        this.uid = table.name();
    }

    /** Starts a sink into a table. */
    public static IcebergTableSink into(IcebergTable table) {
        return new IcebergTableSink(Objects.requireNonNull(table));
    }

    /**
     * How a new table is partitioned; an existing one stays as it is.
     *
     * @param terms {@code COLUMN}, {@code year(COLUMN)}, {@code month(COLUMN)}, {@code
     *     day(COLUMN)}, {@code hour(COLUMN)}, {@code bucket(N, COLUMN)} or {@code truncate(N,
     *     COLUMN)}
     */
    public IcebergTableSink partitionBy(String... terms) {
        partitions.addAll(List.of(terms));
        return this;
    }

    /** The type of the elements of a field that is a tensor: its column is a list of these. */
    public IcebergTableSink tensor(String field, DataType elements) {
        tensors.put(field, elements);
        return this;
    }

    /** A write option of Iceberg's Flink connector, such as {@code write-format}. */
    public IcebergTableSink option(String key, String value) {
        options.put(key, value);
        return this;
    }

    /**
     * By what the state of the sink is found; the table's name unless set. Two sinks of one job
     * into one table need two.
     */
    public IcebergTableSink uid(String uid) {
        this.uid = Objects.requireNonNull(uid);
        return this;
    }

    /**
     * Says whether rows of a type fit the table, and changes nothing. Asks the catalog.
     *
     * @throws IllegalArgumentException as {@link #append}
     */
    public void check(TypeInformation<?> rows) {
        TableEvolution evolution =
                new TableEvolution(RowColumns.of(rows, tensors).schema(), partitions);
        table.withCatalog(
                catalog -> {
                    evolution.check(catalog, table.identifier());
                    return null;
                });
    }

    /**
     * Adds the sink to a job.
     *
     * @throws IllegalArgumentException if a field is of a type that no column can hold, does not
     *     fit the column of its name, or a partition is none
     */
    public <T> DataStreamSink<?> append(DataStream<T> rows) {
        RowColumns columns = RowColumns.of(rows.getType(), tensors);
        TableEvolution evolution = new TableEvolution(columns.schema(), partitions);
        RowType type =
                table.withCatalog(
                        catalog -> {
                            Table fitted = evolution.apply(catalog, table.identifier());
                            return FlinkSchemaUtil.convert(fitted.schema());
                        });
        DataStream<RowData> data =
                rows.map(new TableRows<T>(columns, type))
                        .returns(InternalTypeInfo.of(type))
                        .name("rows of " + table.name());
        SinkProbes.add(rows.getExecutionEnvironment(), table.name(), new SnapshotProbe(table));
        return IcebergSink.forRowData(data)
                .tableLoader(table.loader())
                .uidSuffix(uid)
                .setAll(options)
                .append();
    }
}
