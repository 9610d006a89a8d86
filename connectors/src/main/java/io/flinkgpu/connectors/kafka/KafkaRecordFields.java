package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The fields of a record while it is encoded. Bytes are not copied, and must not be written to
 * afterwards. Text is UTF-8.
 */
@PublicEvolving
public final class KafkaRecordFields {

    private final RecordHeaders headers = new RecordHeaders();
    @Nullable private byte[] key;
    @Nullable private byte[] value;
    @Nullable private Long timestampMillis;

    KafkaRecordFields(@Nullable Long timestampMillis) {
        this.timestampMillis = timestampMillis;
    }

    /** The key, by which records go to partitions; without one they go to any. */
    public KafkaRecordFields key(@Nullable byte[] bytes) {
        this.key = bytes;
        return this;
    }

    /** As {@link #key(byte[])}. */
    public KafkaRecordFields key(String text) {
        return key(utf8(text));
    }

    /** The value. */
    public KafkaRecordFields value(@Nullable byte[] bytes) {
        this.value = bytes;
        return this;
    }

    /** The value. */
    public KafkaRecordFields value(String text) {
        return value(utf8(text));
    }

    /** The value, and headers that say its type and shape; see {@link TensorPayloads}. */
    public KafkaRecordFields value(Tensor tensor) {
        TensorPayloads.write(tensor, this);
        return this;
    }

    /** The header that says what the value is, such as {@code application/json}. */
    public KafkaRecordFields contentType(String contentType) {
        headers.remove(KafkaPayload.CONTENT_TYPE);
        return header(KafkaPayload.CONTENT_TYPE, contentType);
    }

    /** One more header. */
    public KafkaRecordFields header(String name, @Nullable byte[] bytes) {
        headers.add(name, bytes);
        return this;
    }

    /** One more header. */
    public KafkaRecordFields header(String name, String text) {
        return header(name, utf8(text));
    }

    /**
     * The record's timestamp. Without, it is the row's event time in Flink; where the row has none,
     * the producer's clock.
     *
     * @param epochMillis at least 0
     */
    public KafkaRecordFields eventTime(long epochMillis) {
        if (epochMillis < 0) {
            throw new IllegalArgumentException(
                    "Invalid event time: %d. Kafka takes no time before 1970."
                            .formatted(epochMillis));
        }
        this.timestampMillis = epochMillis;
        return this;
    }

    ProducerRecord<byte[], byte[]> toRecord(String topic) {
        return new ProducerRecord<>(topic, null, timestampMillis, key, value, headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
