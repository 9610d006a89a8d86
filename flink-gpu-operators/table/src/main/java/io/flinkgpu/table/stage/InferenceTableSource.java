package io.flinkgpu.table.stage;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;

/** Reads the table behind, and asks the model about each row. */
final class InferenceTableSource implements ScanTableSource {

    private final InferenceTable table;
    private final ScanTableSource inner;

    InferenceTableSource(InferenceTable table, ScanTableSource inner) {
        this.table = table;
        this.inner = inner;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        ScanRuntimeProvider provider = inner.getScanRuntimeProvider(context);
        return new Provider(
                table,
                InnerScan.of(table.inner(), provider),
                table.stage(provider.isBounded()),
                provider.isBounded());
    }

    @Override
    public DynamicTableSource copy() {
        return new InferenceTableSource(table, (ScanTableSource) inner.copy());
    }

    @Override
    public String asSummaryString() {
        return "inference of " + inner.asSummaryString();
    }

    private record Provider(
            InferenceTable table, InnerScan scan, InferenceStage stage, boolean isBounded)
            implements DataStreamScanProvider {

        @Override
        public DataStream<RowData> produceDataStream(
                ProviderContext context, StreamExecutionEnvironment environment) {
            StageUids uids = table.uidsOfSource(context);
            return stage.infer(scan.rows(uids.inner("table"), environment), uids);
        }
    }
}
