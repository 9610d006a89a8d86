package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.connectors.kafka.TopicNames;
import io.flinkgpu.connectors.kafka.TopicProducer;
import io.flinkgpu.inference.DeadLetter;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.MemorySize;

/**
 * Dead letters as records of a Kafka topic, exactly once.
 *
 * <p>A record's value is the row as the row's schema writes it, so that a topic of the same rows
 * can take it again; {@link DeadLetterHeaders} say why it is there, and its timestamp is when the
 * row was given up. Consumers with {@code isolation.level=read_committed} see it when the
 * checkpoint after it completes. The topic must exist, the job may read and describe it, and
 * brokers are of version 3.0 or newer: Flink's sink asks them for transactions that a lost attempt
 * left open.
 *
 * <p>Flink commits a transaction after its checkpoint: a job that is down for longer than the
 * transaction's timeout in between loses the dead letters of that checkpoint, and says so in its
 * log. It is 15 minutes, the longest that brokers allow unless told otherwise ({@code
 * transaction.max.timeout.ms}); {@link #property} {@code transaction.timeout.ms} changes it.
 *
 * <pre>{@code
 * labels.getSideOutput(FAILED)
 *         .sinkTo(
 *                 DeadLetterTopic.named("images-failed", new ImageSchema())
 *                         .bootstrapServers("kafka:9092")
 *                         .transactionalIdPrefix("classify-failed")
 *                         .build());
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class DeadLetterTopic<IN> {

    /** What brokers take ({@code message.max.bytes}), less room for key and headers. */
    private static final MemorySize MAX_ROW_SIZE = MemorySize.parse("1000 kb");

    private final String topic;
    private final SerializationSchema<? super IN> rows;
    private final TopicProducer producer;
    @Nullable private SerializationSchema<? super IN> keys;
    private MemorySize maxRowSize = MAX_ROW_SIZE;

    private DeadLetterTopic(String topic, SerializationSchema<? super IN> rows) {
        this.topic = topic;
        this.rows = rows;
        this.producer = new TopicProducer(topic);
        producer.exactlyOnce("");
    }

    /**
     * Starts a sink into a topic.
     *
     * @param rows writes a record's value; what it throws fails the job
     * @throws IllegalArgumentException if the topic's name is blank
     */
    public static <IN> DeadLetterTopic<IN> named(
            String topic, SerializationSchema<? super IN> rows) {
        return new DeadLetterTopic<>(TopicNames.requireName(topic), rows);
    }

    /** Where the brokers are, {@code host:port[,host:port]}. Required. */
    public DeadLetterTopic<IN> bootstrapServers(String servers) {
        producer.bootstrapServers(servers);
        return this;
    }

    /**
     * How the sink's transactions are called: the same at each start of the job, and no other
     * sink's, be it of this job or another. Required.
     */
    public DeadLetterTopic<IN> transactionalIdPrefix(String prefix) {
        producer.exactlyOnce(prefix);
        return this;
    }

    /** What writes a record's key. Without, records have none and go to any partition. */
    public DeadLetterTopic<IN> keys(SerializationSchema<? super IN> keys) {
        this.keys = Objects.requireNonNull(keys);
        return this;
    }

    /**
     * The largest row that is kept, its key included, 1000 kB unless set. A larger one leaves a
     * record with an empty value and its size in {@link DeadLetterHeaders#OMITTED_BYTES}: brokers
     * would refuse it each time, and the job would never get past it. To raise it, raise {@code
     * max.request.size} here and the topic's {@code max.message.bytes}.
     */
    public DeadLetterTopic<IN> maxRowSize(MemorySize size) {
        this.maxRowSize = size;
        return this;
    }

    /** A property of Kafka's producer, such as what it needs to log in. */
    public DeadLetterTopic<IN> property(String key, String value) {
        producer.property(key, value);
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if something required is missing
     */
    public Sink<DeadLetter<IN>> build() {
        return producer.sink(new DeadLetterRecords<>(topic, rows, keys, maxRowSize.getBytes()));
    }
}
