package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.ledger.SinkProbe;
import java.time.Duration;
import java.util.Properties;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How a topic is written: what the builders of sinks share. For one thread.
 *
 * <p>Names of transactions are pooled, so that a broker remembers a few of them rather than one a
 * checkpoint.
 */
@Internal
public final class TopicProducer {

    /**
     * The longest that brokers allow unless told otherwise ({@code transaction.max.timeout.ms}).
     */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

    /** So that no prefix is the beginning of another, by which Flink's sink tells them apart. */
    private static final String END_OF_PREFIX = "/";

    private final String topic;
    private final Properties properties = new Properties();
    @Nullable private String servers;
    @Nullable private DeliveryGuarantee guarantee;
    @Nullable private String transactionalIdPrefix;

    /** A producer for a topic. */
    public TopicProducer(String topic) {
        this.topic = topic;
        property(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                String.valueOf(TRANSACTION_TIMEOUT.toMillis()));
    }

    /** Where the brokers are. */
    public void bootstrapServers(String servers) {
        this.servers = servers;
    }

    /** Writes in transactions whose names begin so. */
    public void exactlyOnce(String transactionalIdPrefix) {
        this.guarantee = DeliveryGuarantee.EXACTLY_ONCE;
        this.transactionalIdPrefix = transactionalIdPrefix;
    }

    /** Writes without transactions. */
    public void atLeastOnce() {
        this.guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
        this.transactionalIdPrefix = null;
    }

    /** A property of Kafka's producer. */
    public void property(String key, String value) {
        properties.setProperty(key, value);
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if something required is missing
     * @throws IllegalArgumentException if the transaction's timeout is no number of milliseconds
     */
    public <T> Sink<T> sink(KafkaRecordSerializationSchema<T> records) {
        KafkaSinkBuilder<T> builder =
                KafkaSink.<T>builder()
                        .setKafkaProducerConfig(properties)
                        .setBootstrapServers(required(servers, "bootstrapServers"))
                        .setRecordSerializer(records);
        boolean transactional = isExactlyOnce();
        builder.setDeliveryGuarantee(guarantee);
        if (!transactional) {
            return new TopicSink<>(builder.build(), topic, null);
        }
        builder.setTransactionalIdPrefix(
                        required(transactionalIdPrefix, "transactionalIdPrefix") + END_OF_PREFIX)
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
        return new TopicSink<>(
                builder.build(), topic, new TransactionLifetime(topic, transactionTimeout()));
    }

    /**
     * What the ledger is told of the sink.
     *
     * @throws IllegalStateException if something required is missing
     */
    public SinkProbe probe() {
        String brokers = required(servers, "bootstrapServers");
        return isExactlyOnce()
                ? new CommittedOffsets(topic, brokers, properties)
                : SinkProbe.ofPlace("kafka-topic", topic);
    }

    private boolean isExactlyOnce() {
        if (guarantee == null) {
            throw missing("exactlyOnce or atLeastOnce");
        }
        return guarantee == DeliveryGuarantee.EXACTLY_ONCE;
    }

    private Duration transactionTimeout() {
        String millis = properties.getProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        try {
            return Duration.ofMillis(Integer.parseInt(millis));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Invalid %s: '%s'. It must be milliseconds."
                            .formatted(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis),
                    e);
        }
    }

    private String required(@Nullable String value, String name) {
        if (value == null || value.isBlank()) {
            throw missing(name);
        }
        return value;
    }

    private IllegalStateException missing(String name) {
        return new IllegalStateException(
                "Cannot build the sink of topic '%s': %s is not set.".formatted(topic, name));
    }
}
