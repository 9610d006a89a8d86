package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.inference.ledger.SinkProbes;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * A topic as a sink of rows.
 *
 * <p>Exactly once or at least once, which a job has to say. {@link #exactlyOnce}: consumers with
 * {@code isolation.level=read_committed} see each row once, when the checkpoint after it completes.
 * The topic must exist, the job may read and describe it, and brokers are of version 3.0 or newer.
 * {@link #atLeastOnce}: consumers see rows at once, and after a failure some of them again.
 *
 * <p>Flink commits a transaction after its checkpoint: a job that is down for longer than the
 * transaction's timeout in between loses the rows of that checkpoint, and says so in its log. It is
 * 15 minutes, the longest that brokers allow unless told otherwise ({@code
 * transaction.max.timeout.ms}); {@link #property} {@code transaction.timeout.ms} changes it. A job
 * whose checkpoints may take longer than a transaction lives is refused.
 *
 * <pre>{@code
 * labels.sinkTo(
 *         OutputTopic.<Label>named(
 *                         "labels",
 *                         (label, fields) ->
 *                                 fields.key(label.path())
 *                                         .value(json(label))
 *                                         .contentType("application/json"))
 *                 .bootstrapServers("kafka:9092")
 *                 .exactlyOnce("classify-labels")
 *                 .build());
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class OutputTopic<T> {

    private final EncodedRecords<T> records;
    private final TopicProducer producer;

    private OutputTopic(EncodedRecords<T> records) {
        this.records = records;
        this.producer = new TopicProducer(records.topic());
    }

    /**
     * Starts a sink into a topic.
     *
     * @throws IllegalArgumentException if the topic's name is blank
     */
    public static <T> OutputTopic<T> named(String topic, KafkaRecordEncoder<? super T> encoder) {
        return new OutputTopic<>(
                new EncodedRecords<>(
                        TopicNames.requireName(topic), Objects.requireNonNull(encoder)));
    }

    /** Starts a sink of tensors without keys; see {@link TensorPayloads}. */
    public static OutputTopic<Tensor> ofTensors(String topic) {
        return named(topic, (tensor, fields) -> fields.value(tensor));
    }

    /** Where the brokers are, {@code host:port[,host:port]}. Required. */
    public OutputTopic<T> bootstrapServers(String servers) {
        producer.bootstrapServers(servers);
        return this;
    }

    /**
     * Writes each row once, in transactions.
     *
     * @param transactionalIdPrefix how the transactions are called: the same at each start of the
     *     job, and no other sink's, be it of this job or another
     */
    public OutputTopic<T> exactlyOnce(String transactionalIdPrefix) {
        producer.exactlyOnce(transactionalIdPrefix);
        return this;
    }

    /** Writes each row without transactions; some of them again after a failure. */
    public OutputTopic<T> atLeastOnce() {
        producer.atLeastOnce();
        return this;
    }

    /** A property of Kafka's producer, such as what it needs to log in. */
    public OutputTopic<T> property(String key, String value) {
        producer.property(key, value);
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if something required is missing
     */
    public Sink<T> build() {
        return producer.sink(records);
    }

    /**
     * What the ledger records of the sink, which is to be given to {@link SinkProbes#add}: the
     * topic, and with {@link #exactlyOnce} for each checkpoint the offsets up to which consumers
     * with {@code read_committed} can read, partition by partition. The job manager asks the
     * brokers, with the properties of the producer.
     *
     * @throws IllegalStateException if something required is missing
     */
    public SinkProbe probe() {
        return producer.probe();
    }
}
