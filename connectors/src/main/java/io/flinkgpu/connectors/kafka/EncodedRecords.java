package io.flinkgpu.connectors.kafka;

import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns rows into records of one topic.
 *
 * <p>Names its topic as a {@link KafkaDatasetFacetProvider}, which Flink's sink asks for to reuse
 * the names of transactions. Used by the sink's task thread.
 */
record EncodedRecords<T>(String topic, KafkaRecordEncoder<? super T> encoder)
        implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T row, KafkaSinkContext context, @Nullable Long timestamp) {
        // Flink says "none" by a negative time, which Kafka refuses.
        KafkaRecordFields fields =
                new KafkaRecordFields(timestamp == null || timestamp < 0 ? null : timestamp);
        try {
            encoder.encode(row, fields);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Cannot encode a row for topic '%s': %s".formatted(topic, e), e);
        }
        return fields.toRecord(topic);
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
