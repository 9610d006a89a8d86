package io.flinkgpu.table.stage;

import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.table.model.OnError;
import io.flinkgpu.table.model.TableModelOptions;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;

/** Asks the model about each row that a query inserts, and writes the table behind. */
final class InferenceTableSink implements DynamicTableSink {

    private final InferenceTable table;
    private final DynamicTableSink inner;

    InferenceTableSink(InferenceTable table, DynamicTableSink inner) {
        this.table = table;
        this.inner = inner;
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        if (!requested.containsOnly(RowKind.INSERT)) {
            throw new ValidationException(
                    "Cannot insert into '%s': the query updates or deletes rows (%s), and an answer once written cannot be taken back. Ask the model before the query aggregates, or use gpu_infer and a table that takes updates."
                            .formatted(table.name(), requested));
        }
        return ChangelogMode.insertOnly();
    }

    /**
     * Checks that rows of a key are written in the order in which they come.
     *
     * @throws ValidationException if the table has a key, and options that lose the order
     */
    static void checkOrder(InferenceTable table) {
        if (table.key().isEmpty()) {
            return;
        }
        if (table.config().settings().get(InferenceOptions.OUTPUT_MODE) == OutputMode.UNORDERED) {
            throw new ValidationException(
                    "Invalid %s: UNORDERED. The table has a PRIMARY KEY, and an older row of a key could be written last: set '%s' = 'ORDERED'."
                            .formatted(
                                    InferenceTableOptions.OUTPUT_MODE.key(),
                                    InferenceTableOptions.OUTPUT_MODE.key()));
        }
        if (table.config().errors().action() == OnError.COLUMN) {
            throw new ValidationException(
                    "Invalid %s%s: '%s'. The table has a PRIMARY KEY, and rows that fail do not keep their place: an older row of a key could be written last. Use dead-letters.*, or '%s%s' = 'null'."
                            .formatted(
                                    InferenceTableOptions.MODEL,
                                    TableModelOptions.ERROR_COLUMN.key(),
                                    table.config().errors().column(),
                                    InferenceTableOptions.MODEL,
                                    TableModelOptions.ON_ERROR.key()));
        }
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        InnerSink sink = InnerSink.of(table.inner(), inner, context.isBounded());
        return new Provider(table, table.stage(context.isBounded()), sink);
    }

    @Override
    public DynamicTableSink copy() {
        return new InferenceTableSink(table, inner.copy());
    }

    @Override
    public String asSummaryString() {
        return "inference into " + inner.asSummaryString();
    }

    private record Provider(InferenceTable table, InferenceStage stage, InnerSink sink)
            implements DataStreamSinkProvider {

        @Override
        public DataStreamSink<?> consumeDataStream(
                ProviderContext context, DataStream<RowData> rows) {
            StageUids uids = table.uidsOfSink(context);
            Optional<PrimaryKeyHash> key = table.key();
            DataStream<RowData> answered =
                    stage.infer(key.map(hash -> hash.partition(rows)).orElse(rows), uids);
            boolean staysInPlace =
                    key.isEmpty()
                            || sink.parallelism(rows.getExecutionEnvironment())
                                    == answered.getParallelism();
            return sink.write(
                    uids.inner("table"), staysInPlace ? answered : key.get().partition(answered));
        }
    }
}
