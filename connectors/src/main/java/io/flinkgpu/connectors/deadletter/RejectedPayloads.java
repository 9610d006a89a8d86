package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.connectors.kafka.KafkaRecordFields;
import io.flinkgpu.connectors.kafka.OutputTopic;
import io.flinkgpu.connectors.kafka.RejectedPayload;
import io.flinkgpu.inference.fault.ErrorClass;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Records that could not be decoded as records of a Kafka topic.
 *
 * <p>A record has the key, the value, the headers and the timestamp of the one that was read, and
 * on top of them {@link DeadLetterHeaders#ERROR_CLASS} ({@code DATA}), {@link
 * DeadLetterHeaders#EXCEPTION}, {@link DeadLetterHeaders#CAUSE} and {@link
 * DeadLetterHeaders#ORIGIN}.
 *
 * <pre>{@code
 * images.getSideOutput(PayloadDecodeFunction.REJECTED)
 *         .sinkTo(
 *                 RejectedPayloads.topic("images-rejected")
 *                         .bootstrapServers("kafka:9092")
 *                         .exactlyOnce("classify-rejected")
 *                         .build());
 * }</pre>
 */
@PublicEvolving
public final class RejectedPayloads {

    /** What brokers take ({@code message.max.bytes}), less room for headers. */
    private static final int MAX_BYTES = 1_000 << 10;

    private static final byte[] OMITTED = {};

    private RejectedPayloads() {}

    /**
     * Starts a sink into a topic. Where key and value together have more than 1000 kB, the value is
     * empty, and its size is in {@link DeadLetterHeaders#OMITTED_BYTES}: brokers would refuse it.
     *
     * @throws IllegalArgumentException if the topic's name is blank
     */
    public static OutputTopic<RejectedPayload> topic(String topic) {
        return OutputTopic.named(topic, RejectedPayloads::write);
    }

    private static void write(RejectedPayload rejected, KafkaRecordFields fields) {
        KafkaPayload payload = rejected.payload();
        payload.headers().forEach(header -> fields.header(header.name(), header.value()));
        fields.key(payload.key())
                .value(payload.value())
                .header(DeadLetterHeaders.ERROR_CLASS, ErrorClass.DATA.toString())
                .header(DeadLetterHeaders.EXCEPTION, rejected.exception())
                .header(DeadLetterHeaders.CAUSE, DeadLetterHeaders.shortened(rejected.cause()))
                .header(DeadLetterHeaders.ORIGIN, payload.position());
        if (payload.timestampMillis() >= 0) {
            fields.eventTime(payload.timestampMillis());
        }
        if (length(payload.value()) + length(payload.key()) > MAX_BYTES) {
            fields.value(OMITTED)
                    .header(
                            DeadLetterHeaders.OMITTED_BYTES,
                            String.valueOf(length(payload.value())));
        }
    }

    private static long length(@Nullable byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
