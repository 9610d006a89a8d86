package io.flinkgpu.table.stage;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.ScanTableSource.ScanRuntimeProvider;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.data.RowData;

/** The rows of a table behind this one, as Flink's planner would read them. */
record InnerScan(ScanRuntimeProvider provider, TypeInformation<RowData> type) {

    /**
     * Checks the way in which a table is read.
     *
     * @throws ValidationException if it is none that gives a stream of rows
     */
    static InnerScan of(InnerTable table, ScanRuntimeProvider provider) {
        if (provider instanceof SourceProvider || provider instanceof DataStreamScanProvider) {
            return new InnerScan(provider, table.type());
        }
        throw table.invalid(
                "It is read by %s, and only SourceProvider and DataStreamScanProvider give a stream."
                        .formatted(Providers.nameOf(provider, ScanRuntimeProvider.class)));
    }

    DataStream<RowData> rows(ProviderContext context, StreamExecutionEnvironment environment) {
        if (provider instanceof DataStreamScanProvider stream) {
            DataStream<RowData> rows = stream.produceDataStream(context, environment);
            stream.getParallelism().ifPresent(rows.getTransformation()::setParallelism);
            return rows;
        }
        SourceProvider source = (SourceProvider) provider;
        DataStreamSource<RowData> rows =
                environment.fromSource(
                        source.createSource(),
                        WatermarkStrategy.noWatermarks(),
                        context.getName(),
                        type);
        context.generateUid("source").ifPresent(rows::uid);
        source.getParallelism().ifPresent(rows::setParallelism);
        return rows;
    }
}
