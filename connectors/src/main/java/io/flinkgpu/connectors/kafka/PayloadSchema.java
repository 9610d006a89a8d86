package io.flinkgpu.connectors.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes records as they are, so that none can fail the source. */
final class PayloadSchema implements KafkaRecordDeserializationSchema<KafkaPayload> {

    @Override
    public void deserialize(
            ConsumerRecord<byte[], byte[]> kafkaRecord, Collector<KafkaPayload> out) {
        out.collect(KafkaPayload.of(kafkaRecord));
    }

    @Override
    public TypeInformation<KafkaPayload> getProducedType() {
        return KafkaPayload.TYPE;
    }
}
