package io.flinkgpu.connectors.kafka;

import java.io.IOException;
import java.util.Collection;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;

/**
 * Flink's Kafka sink, but for what becomes of a transaction that the brokers have forgotten ({@link
 * LostTransactionCommitter}), and of a writer that fails while it is closed ({@link
 * QuietlyClosedWriter}).
 *
 * <p>Knows {@link TwoPhaseCommittingStatefulSink}, {@link KafkaWriterState} and {@link
 * KafkaCommittable} of flink-connector-kafka 5.0.0-2.2, which are internal there, as types alone.
 */
final class TopicSink<T>
        implements TwoPhaseCommittingStatefulSink<T, KafkaWriterState, KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable>,
                LineageVertexProvider {

    private final KafkaSink<T> sink;
    private final String topic;
    @Nullable private final TransactionLifetime lifetime;

    /**
     * A sink for a topic.
     *
     * @param lifetime of its transactions; null if it writes without
     */
    TopicSink(KafkaSink<T> sink, String topic, @Nullable TransactionLifetime lifetime) {
        this.sink = sink;
        this.topic = topic;
        this.lifetime = lifetime;
    }

    @Override
    public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> createWriter(
            WriterInitContext context) throws IOException {
        return quietlyClosed(sink.createWriter(context));
    }

    @Override
    public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> restoreWriter(
            WriterInitContext context, Collection<KafkaWriterState> state) {
        return quietlyClosed(sink.restoreWriter(context, state));
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
        return new LostTransactionCommitter(sink.createCommitter(context), topic);
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    /** Called once for each job, while its graph is made. */
    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
        if (lifetime != null) {
            lifetime.check(committed.getExecutionEnvironment().getCheckpointConfig());
        }
        sink.addPostCommitTopology(committed);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return sink.getLineageVertex();
    }

    /** The writer's class is hidden, its interface is not. */
    @SuppressWarnings("unchecked") // committables of this type are all there are
    private PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> quietlyClosed(
            StatefulSinkWriter<T, KafkaWriterState> writer) {
        return new QuietlyClosedWriter<>(
                (PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable>) writer,
                topic);
    }
}
