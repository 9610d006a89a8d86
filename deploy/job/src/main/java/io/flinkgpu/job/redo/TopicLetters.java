package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The dead letters of a topic: records with {@link DeadLetterHeaders}, whose id is their place, or
 * those of a job file's sink, whose value is the letter as JSON.
 *
 * @param properties of the consumer, besides those that are set here
 */
@Internal
public record TopicLetters(String topic, String servers, Map<String, String> properties)
        implements Letters {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();
    private static final Duration POLL = Duration.ofMillis(500);

    /** Goes through all records that are committed by now. Joins no group. */
    @Override
    public void forEach(Consumer<Letter> each) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException(
                        "Cannot read dead letters: there is no topic '%s' at %s."
                                .formatted(topic, servers));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(POLL).forEach(record -> each.accept(letter(record)));
            }
        }
    }

    /** Without the properties, which may hold passwords. */
    @Override
    public String toString() {
        return "topic %s at %s".formatted(topic, servers);
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(DeadLetterHeaders.ERROR_CLASS) == null
                ? Letter.read(json(record.value()))
                : Letter.read(ofHeaders(record));
    }

    private static JsonNode json(@Nullable byte[] value) {
        try {
            return value == null ? NOTHING : MAPPER.readTree(value);
        } catch (IOException noJson) {
            return NOTHING;
        }
    }

    private static ObjectNode ofHeaders(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("id", "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset()));
        line.put("errorClass", header(record, DeadLetterHeaders.ERROR_CLASS));
        line.put("exception", header(record, DeadLetterHeaders.EXCEPTION));
        line.put("cause", header(record, DeadLetterHeaders.CAUSE));
        line.put("attempts", Integer.parseInt("0" + header(record, DeadLetterHeaders.ATTEMPTS)));
        line.put("place", header(record, DeadLetterHeaders.PLACE));
        line.put("arrivedAt", header(record, DeadLetterHeaders.ARRIVED_AT));
        String failedAt = header(record, DeadLetterHeaders.FAILED_AT);
        line.put(
                "failedAt",
                failedAt.isEmpty()
                        ? Instant.ofEpochMilli(record.timestamp()).toString()
                        : failedAt);
        line.putObject("row")
                .put("key", text(record.key()))
                .put("bytes", record.value() == null ? 0 : record.value().length)
                .put("readAt", header(record, DeadLetterHeaders.ORIGIN));
        return line;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    private static String text(@Nullable byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
