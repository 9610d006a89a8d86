package io.flinkgpu.table.stage;

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
            StageUids uids = table.uids(context);
            return sink.write(uids.inner("table"), stage.infer(rows, uids));
        }
    }
}
