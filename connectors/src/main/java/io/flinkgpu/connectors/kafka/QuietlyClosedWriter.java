package io.flinkgpu.connectors.kafka;

import io.flinkgpu.connectors.sink.WriterClosing;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;

/**
 * Flink's writer, but for a failure to close ({@link WriterClosing}).
 *
 * <p>The writer (of flink-connector-kafka 5.0.0-2.2) aborts its transaction when it is closed,
 * which throws once its producer has failed, such as after the brokers forgot the transaction's
 * name. What is not aborted here is aborted by the next attempt, or by the brokers at the
 * transaction's timeout.
 *
 * <p>Mailbox thread only.
 */
final class QuietlyClosedWriter<T>
        implements PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> {

    private final PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer;
    private final String topic;

    QuietlyClosedWriter(
            PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer,
            String topic) {
        this.writer = writer;
        this.topic = topic;
    }

    @Override
    public void write(T row, Context context) throws IOException, InterruptedException {
        writer.write(row, context);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
        writer.writeWatermark(watermark);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        writer.flush(endOfInput);
    }

    @Override
    public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
        return writer.prepareCommit();
    }

    @Override
    public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
        return writer.snapshotState(checkpointId);
    }

    @Override
    public void close() throws InterruptedException {
        WriterClosing.close(writer, "topic '" + topic + "'");
    }
}
