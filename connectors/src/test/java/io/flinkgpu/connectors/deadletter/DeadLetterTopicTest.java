package io.flinkgpu.connectors.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.fault.ErrorClass;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterTopicTest {

    @Test
    void refusesATopicWithoutName() {
        assertThatThrownBy(() -> DeadLetterTopic.named(" ", new SimpleStringSchema()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid topic: ' '. It must be the name of a Kafka topic.");
    }

    @Test
    void namesWhatIsMissing() {
        DeadLetterTopic<String> topic = DeadLetterTopic.named("failed", new SimpleStringSchema());

        assertThatThrownBy(topic::build)
                .hasMessage(
                        "Cannot build the sink of topic 'failed': bootstrapServers is not set.");
        topic.bootstrapServers("localhost:9092");
        assertThatThrownBy(topic::build)
                .hasMessage(
                        "Cannot build the sink of topic 'failed': transactionalIdPrefix is not set.");
        assertThat(topic.transactionalIdPrefix("job").build()).isNotNull();
    }

    @Test
    void keepsARowOfTheLargestSizeAndOmitsALargerOne() {
        assertThat(record("row", "cause").value()).asString().isEqualTo("row");

        ProducerRecord<byte[], byte[]> omitted = record("longer", "cause");

        assertThat(omitted.value()).isEmpty();
        assertThat(header(omitted, DeadLetterHeaders.OMITTED_BYTES)).isEqualTo("6");
    }

    @Test
    void shortensALongCauseAndTakesNone() {
        String longest = "x".repeat(DeadLetterHeaders.MAX_CAUSE_LENGTH);

        assertThat(header(record("row", longest + "y"), DeadLetterHeaders.CAUSE))
                .isEqualTo(longest);
        assertThat(header(record("row", null), DeadLetterHeaders.CAUSE)).isEmpty();
    }

    @Test
    void isStampedWithTheTimeOfTheFailure() {
        ProducerRecord<byte[], byte[]> record = record("row", "cause");

        assertThat(record.timestamp()).isEqualTo(2_000);
        assertThat(header(record, DeadLetterHeaders.ARRIVED_AT)).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(header(record, DeadLetterHeaders.ATTEMPTS)).isEqualTo("3");
        assertThat(header(record, DeadLetterHeaders.PLACE)).isEqualTo("gpu-0");
    }

    private static ProducerRecord<byte[], byte[]> record(String row, String cause) {
        DeadLetterRecords<String> records =
                new DeadLetterRecords<>("failed", new SimpleStringSchema(), null, 3);
        return records.serialize(
                new DeadLetter<>(
                        row, ErrorClass.DATA, "Exception", cause, 3, "gpu-0", 1_000, 2_000),
                null,
                null);
    }

    private static String header(ProducerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
