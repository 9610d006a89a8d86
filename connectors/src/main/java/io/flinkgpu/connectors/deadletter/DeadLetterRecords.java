package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.inference.DeadLetter;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Turns dead letters into records: the row is the value, the failure is in the headers.
 *
 * <p>Names its topic as a {@link KafkaDatasetFacetProvider}, which Flink's sink asks for to reuse
 * the names of transactions. Used by the sink's task thread.
 *
 * @param topic that all records go to
 * @param rows make values
 * @param keys make keys; null leaves records without
 * @param maxRowBytes of value and key together; a larger value becomes an empty one, which is no
 *     tombstone
 */
record DeadLetterRecords<IN>(
        String topic,
        SerializationSchema<? super IN> rows,
        @Nullable SerializationSchema<? super IN> keys,
        long maxRowBytes)
        implements KafkaRecordSerializationSchema<DeadLetter<IN>>, KafkaDatasetFacetProvider {

    private static final byte[] OMITTED = {};

    @Override
    public void open(
            SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext)
            throws Exception {
        rows.open(context);
        if (keys != null) {
            keys.open(context);
        }
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter<IN> letter, KafkaSinkContext context, @Nullable Long timestamp) {
        byte[] key = keys == null ? null : keys.serialize(letter.row());
        byte[] value = rows.serialize(letter.row());
        Headers headers = DeadLetterHeaders.of(letter);
        if (value != null && value.length + (key == null ? 0 : key.length) > maxRowBytes) {
            DeadLetterHeaders.add(
                    headers, DeadLetterHeaders.OMITTED_BYTES, String.valueOf(value.length));
            value = OMITTED;
        }
        return new ProducerRecord<>(topic, null, letter.failedAtMillis(), key, value, headers);
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
