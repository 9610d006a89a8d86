package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of a topic, its value still undecoded.
 *
 * <p>A value: whoever holds one must not write to its bytes.
 *
 * @param topic where the record was read
 * @param partition of the topic, from 0
 * @param offset within the partition, from 0
 * @param timestampMillis the record's timestamp, epoch milliseconds; Flink's event time unless a
 *     watermark strategy says otherwise. -1 if the record has none
 * @param key null if the record has none
 * @param value null if the record deletes its key
 * @param headers in their order; a name may occur twice
 */
@PublicEvolving
@TypeInfo(KafkaPayload.InfoFactory.class)
// An array is the natural carrier of bytes; equals and hashCode below compare its elements.
@SuppressWarnings("ArrayRecordComponent")
public record KafkaPayload(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        @Nullable byte[] key,
        @Nullable byte[] value,
        List<PayloadHeader> headers) {

    /** The header that says what a value is, such as {@code image/jpeg}. */
    public static final String CONTENT_TYPE = "content-type";

    /** The Flink type: bulk copies of the bytes, no reflection. */
    public static final TypeInformation<KafkaPayload> TYPE =
            new ValueTypeInfo<>(KafkaPayload.class, KafkaPayloadSerializer.INSTANCE);

    public KafkaPayload {
        Objects.requireNonNull(topic, "topic");
        headers = List.copyOf(headers);
    }

    static KafkaPayload of(ConsumerRecord<byte[], byte[]> kafkaRecord) {
        return new KafkaPayload(
                kafkaRecord.topic(),
                kafkaRecord.partition(),
                kafkaRecord.offset(),
                kafkaRecord.timestamp(),
                kafkaRecord.key(),
                kafkaRecord.value(),
                StreamSupport.stream(kafkaRecord.headers().spliterator(), false)
                        .map(header -> new PayloadHeader(header.key(), header.value()))
                        .toList());
    }

    /** What the value is, by its header; empty if the record does not say. */
    public Optional<String> contentType() {
        return header(CONTENT_TYPE);
    }

    /** The last header of this name as UTF-8 text. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equals(name) && header.value() != null)
                .reduce((earlier, later) -> later)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }

    /** The record's place, such as {@code images-3@1042}. */
    public String position() {
        return topic + "-" + partition + "@" + offset;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KafkaPayload that
                && topic.equals(that.topic)
                && partition == that.partition
                && offset == that.offset
                && timestampMillis == that.timestampMillis
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value)
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, partition, offset);
    }

    @Override
    public String toString() {
        return "KafkaPayload["
                + position()
                + (value == null ? ", no value]" : ", " + value.length + " bytes]");
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<KafkaPayload> {
        @Override
        public TypeInformation<KafkaPayload> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
