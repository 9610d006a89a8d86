package io.flinkgpu.connectors.jdbc;

import io.flinkgpu.connectors.sink.WriterClosing;
import java.io.IOException;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;

/**
 * Flink's JDBC sink without its committer, which has nothing to commit at least once.
 *
 * <p>Its writer (of flink-connector-jdbc 4.0.0-2.0) sends a failed batch once more when it is
 * closed, which throws; see {@link WriterClosing}.
 */
record UpsertSink<T>(JdbcSink<T> sink, String table) implements Sink<T> {

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        SinkWriter<T> writer = sink.createWriter(context);
        return new SinkWriter<>() {
            @Override
            public void write(T row, Context rowContext) throws IOException, InterruptedException {
                writer.write(row, rowContext);
            }

            @Override
            public void flush(boolean endOfInput) throws IOException, InterruptedException {
                writer.flush(endOfInput);
            }

            @Override
            public void writeWatermark(Watermark watermark)
                    throws IOException, InterruptedException {
                writer.writeWatermark(watermark);
            }

            @Override
            public void close() throws InterruptedException {
                WriterClosing.close(writer, "table '" + table + "'");
            }
        };
    }
}
