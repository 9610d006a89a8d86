package io.flinkgpu.table.stage;

import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ParallelismProvider;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.DynamicTableSink.SinkRuntimeProvider;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.connector.sink.SinkRuntimeProviderContext;

/** The end of a stream in a table behind this one, as Flink's planner would write it. */
record InnerSink(SinkRuntimeProvider provider) {

    /**
     * Opens a table for whole rows: the model fills the columns that a query leaves out. The
     * context is that of Flink 2.3's planner.
     *
     * @throws ValidationException if it is none that takes a stream of rows
     */
    static InnerSink of(InnerTable table, DynamicTableSink sink, boolean isBounded) {
        SinkRuntimeProvider provider =
                sink.getSinkRuntimeProvider(new SinkRuntimeProviderContext(isBounded));
        if (provider instanceof SinkV2Provider || provider instanceof DataStreamSinkProvider) {
            return new InnerSink(provider);
        }
        throw table.invalid(
                "It is written by %s, and only SinkV2Provider and DataStreamSinkProvider take a stream."
                        .formatted(Providers.nameOf(provider, SinkRuntimeProvider.class)));
    }

    /** How many subtasks it has in an environment. */
    int parallelism(StreamExecutionEnvironment environment) {
        return ((ParallelismProvider) provider)
                .getParallelism()
                .orElseGet(environment::getParallelism);
    }

    DataStreamSink<?> write(ProviderContext context, DataStream<RowData> rows) {
        if (provider instanceof DataStreamSinkProvider stream) {
            return stream.consumeDataStream(context, rows);
        }
        SinkV2Provider sink = (SinkV2Provider) provider;
        DataStreamSink<RowData> end = rows.sinkTo(sink.createSink()).name(context.getName());
        context.generateUid("sink").ifPresent(end::uid);
        sink.getParallelism().ifPresent(end::setParallelism);
        Transformation<?> transformation = end.getTransformation();
        sink.getAdditionalMetricVariables().forEach(transformation::addMetricVariable);
        return end;
    }
}
