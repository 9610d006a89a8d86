package io.flinkgpu.connectors.kafka;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a writer's failure to close from ending the process.
 *
 * <p>Flink's writer (of flink-connector-kafka 5.0.0-2.2) aborts its transaction when it is closed,
 * which throws once its producer has failed, such as after the brokers forgot the transaction's
 * name. Flink 2.3 takes what an operator throws on its way out of a failed task for fatal, and ends
 * the task manager with all other tasks of it. What is not aborted here is aborted by the next
 * attempt, or by the brokers at the transaction's timeout: nothing is lost by going on.
 *
 * <p>Mailbox thread only.
 */
final class QuietlyClosedWriter<T>
        implements PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(QuietlyClosedWriter.class);

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
        try {
            writer.close();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("Closed the writer of topic '{}' after a failure.", topic, e);
        }
    }
}
