package io.flinkgpu.connectors.kafka;

import java.util.List;
import java.util.Objects;
import java.util.Properties;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * Topics as a source of {@link KafkaPayload}s.
 *
 * <p>The source decodes nothing, so no value can fail it; {@link PayloadDecodeFunction} does, and
 * puts poison aside. It reads committed records alone, as a transaction's records might be taken
 * back otherwise. Offsets are part of every checkpoint, so each record is processed exactly once
 * within the job.
 *
 * <pre>{@code
 * DataStream<KafkaPayload> payloads =
 *         env.fromSource(
 *                 InputTopic.named("images").bootstrapServers("kafka:9092").build(),
 *                 WatermarkStrategy.noWatermarks(),
 *                 "images");
 * }</pre>
 *
 * <p>A builder for one thread.
 */
@PublicEvolving
public final class InputTopic {

    private final List<String> topics;
    private final Properties consumer = new Properties();
    @Nullable private String servers;
    private OffsetsInitializer start = OffsetsInitializer.earliest();
    @Nullable private OffsetsInitializer end;

    private InputTopic(List<String> topics) {
        this.topics = topics;
        consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    }

    /**
     * Starts a source of one topic or several.
     *
     * @throws IllegalArgumentException if there is none, or a name is blank
     */
    public static InputTopic named(String... topics) {
        if (topics.length == 0) {
            throw new IllegalArgumentException("Invalid topics: none. Name at least one.");
        }
        List.of(topics).forEach(TopicNames::requireName);
        return new InputTopic(List.of(topics));
    }

    /** Where the brokers are, {@code host:port[,host:port]}. Required. */
    public InputTopic bootstrapServers(String servers) {
        this.servers = servers;
        return this;
    }

    /**
     * The consumer group that offsets are committed for on completed checkpoints, for others to
     * watch the lag. A job never starts from them unless {@link #startingAt} says so.
     */
    public InputTopic groupId(String groupId) {
        return property(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    }

    /** Where a job without checkpoint starts; at the earliest offsets unless set. */
    public InputTopic startingAt(OffsetsInitializer offsets) {
        this.start = Objects.requireNonNull(offsets);
        return this;
    }

    /**
     * Where the source ends, the offsets themselves left out, such as {@link
     * OffsetsInitializer#latest()} for all that is there when the job starts. Without, it runs on.
     */
    public InputTopic endingAt(OffsetsInitializer offsets) {
        this.end = Objects.requireNonNull(offsets);
        return this;
    }

    /** A property of Kafka's consumer, such as what it needs to log in. */
    public InputTopic property(String key, String value) {
        consumer.setProperty(key, value);
        return this;
    }

    /**
     * The source.
     *
     * @throws IllegalStateException if the brokers are not set
     */
    public KafkaSource<KafkaPayload> build() {
        if (servers == null || servers.isBlank()) {
            throw new IllegalStateException(
                    "Cannot build the source of %s: bootstrapServers is not set."
                            .formatted(TopicNames.quoted(topics)));
        }
        KafkaSourceBuilder<KafkaPayload> source =
                KafkaSource.<KafkaPayload>builder()
                        .setProperties(consumer)
                        .setBootstrapServers(servers)
                        .setTopics(topics)
                        .setStartingOffsets(start)
                        .setDeserializer(new PayloadSchema());
        return (end == null ? source : source.setBounded(end)).build();
    }
}
