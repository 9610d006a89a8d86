package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.inference.DeadLetter;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

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

    /**
     * The longest that brokers allow unless told otherwise ({@code transaction.max.timeout.ms}).
     */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

    /** So that no prefix is the beginning of another, by which Flink's sink tells them apart. */
    private static final String END_OF_PREFIX = "/";

    /** What brokers take ({@code message.max.bytes}), less room for key and headers. */
    private static final MemorySize MAX_ROW_SIZE = MemorySize.parse("1000 kb");

    private final String topic;
    private final SerializationSchema<? super IN> rows;
    private final Properties producer = new Properties();
    @Nullable private SerializationSchema<? super IN> keys;
    @Nullable private String servers;
    @Nullable private String transactionalIdPrefix;
    private MemorySize maxRowSize = MAX_ROW_SIZE;

    private DeadLetterTopic(String topic, SerializationSchema<? super IN> rows) {
        this.topic = topic;
        this.rows = rows;
        producer.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                String.valueOf(TRANSACTION_TIMEOUT.toMillis()));
    }

    /**
     * Starts a sink into a topic.
     *
     * @param rows writes a record's value; what it throws fails the job
     * @throws IllegalArgumentException if the topic's name is blank
     */
    public static <IN> DeadLetterTopic<IN> named(
            String topic, SerializationSchema<? super IN> rows) {
        if (topic.isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid topic: '%s'. It must be the name of a Kafka topic.".formatted(topic));
        }
        return new DeadLetterTopic<>(topic, rows);
    }

    /** Where the brokers are, {@code host:port[,host:port]}. Required. */
    public DeadLetterTopic<IN> bootstrapServers(String servers) {
        this.servers = servers;
        return this;
    }

    /**
     * How the sink's transactions are called: the same at each start of the job, and no other
     * sink's, be it of this job or another. Required.
     */
    public DeadLetterTopic<IN> transactionalIdPrefix(String prefix) {
        this.transactionalIdPrefix = prefix;
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
        producer.setProperty(key, value);
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if something required is missing
     */
    public KafkaSink<DeadLetter<IN>> build() {
        return KafkaSink.<DeadLetter<IN>>builder()
                .setKafkaProducerConfig(producer)
                .setBootstrapServers(required(servers, "bootstrapServers"))
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(
                        required(transactionalIdPrefix, "transactionalIdPrefix") + END_OF_PREFIX)
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setRecordSerializer(
                        new DeadLetterRecords<>(topic, rows, keys, maxRowSize.getBytes()))
                .build();
    }

    private String required(@Nullable String value, String name) {
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(
                    "Cannot build the sink of topic '%s': %s is not set.".formatted(topic, name));
        }
        return value;
    }
}
