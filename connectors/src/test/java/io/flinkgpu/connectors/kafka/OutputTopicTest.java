package io.flinkgpu.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.ledger.SinkProbe;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class OutputTopicTest {

    @Test
    void namesWhatIsMissing() {
        OutputTopic<String> topic = topic();

        assertThatThrownBy(topic::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build the sink of topic 'out': bootstrapServers is not set.");
        topic.bootstrapServers("localhost:9092");
        assertThatThrownBy(topic::build)
                .hasMessage(
                        "Cannot build the sink of topic 'out': exactlyOnce or atLeastOnce is not set.");
        assertThatThrownBy(topic.exactlyOnce(" ")::build)
                .hasMessage(
                        "Cannot build the sink of topic 'out': transactionalIdPrefix is not set.");
        assertThat(topic.exactlyOnce("job").build()).isNotNull();
        assertThat(topic.atLeastOnce().build()).isNotNull();
    }

    /** Without transactions brokers do not know what is of a checkpoint. */
    @Test
    void tellsOfItsTopicAloneWithoutTransactions() throws Exception {
        OutputTopic<String> topic = topic();
        assertThatThrownBy(topic::probe)
                .hasMessage("Cannot build the sink of topic 'out': bootstrapServers is not set.");
        topic.bootstrapServers("localhost:9092");
        assertThatThrownBy(topic::probe)
                .hasMessage(
                        "Cannot build the sink of topic 'out': exactlyOnce or atLeastOnce is not set.");

        SinkProbe probe = topic.atLeastOnce().probe();

        assertThat(probe.committed(new JobID(), -1, 3))
                .containsExactly(new SinkProbe.Position(3, "kafka-topic", "out"));
        assertThat(topic.exactlyOnce("job").probe()).isInstanceOf(CommittedOffsets.class);
    }

    @Test
    void refusesATopicWithoutName() {
        assertThatThrownBy(() -> OutputTopic.ofTensors(""))
                .hasMessage("Invalid topic: ''. It must be the name of a Kafka topic.");
        assertThatThrownBy(InputTopic::named)
                .hasMessage("Invalid topics: none. Name at least one.");
        assertThatThrownBy(() -> InputTopic.named("a", "b").build())
                .hasMessage(
                        "Cannot build the source of topics 'a', 'b': bootstrapServers is not set.");
    }

    @Test
    void refusesATransactionTimeoutThatIsNoNumber() {
        assertThatThrownBy(
                        topic().bootstrapServers("b:1")
                                        .exactlyOnce("job")
                                        .property("transaction.timeout.ms", "15 min")
                                ::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid transaction.timeout.ms: '15 min'. It must be milliseconds.");
    }

    @Test
    void refusesAJobWhoseCheckpointsMayTakeLongerThanATransactionLives() {
        assertThatThrownBy(() -> graph(Duration.ofMinutes(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Invalid transaction.timeout.ms of topic 'out': 900000. It must be above 900000,");
        graph(Duration.ofMinutes(4));
    }

    /** Checkpoints time out after ten minutes, transactions after fifteen. */
    private static void graph(Duration checkpointInterval) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.enableCheckpointing(checkpointInterval.toMillis());
        environment
                .fromData("row")
                .sinkTo(topic().bootstrapServers("localhost:9092").exactlyOnce("job").build());
        environment.getStreamGraph();
    }

    @Test
    void stampsARecordWithTheRowsEventTimeUnlessTheEncoderSaysOtherwise() {
        assertThat(encoded((row, fields) -> fields.value(row), 5L).timestamp()).isEqualTo(5);
        assertThat(encoded((row, fields) -> fields.value(row).eventTime(6), 5L).timestamp())
                .isEqualTo(6);
        assertThat(encoded((row, fields) -> fields.value(row), Long.MIN_VALUE).timestamp())
                .isNull();
        assertThatThrownBy(() -> encoded((row, fields) -> fields.eventTime(-1), 5L))
                .hasMessageContaining("Invalid event time: -1. Kafka takes no time before 1970.");
    }

    @Test
    void hasOneContentType() {
        ProducerRecord<byte[], byte[]> kafkaRecord =
                encoded((row, fields) -> fields.contentType("a").contentType("b"), null);

        assertThat(kafkaRecord.headers().headers(KafkaPayload.CONTENT_TYPE)).hasSize(1);
        assertThat(kafkaRecord.value()).isNull();
    }

    private static ProducerRecord<byte[], byte[]> encoded(
            KafkaRecordEncoder<String> encoder, Long timestamp) {
        return new EncodedRecords<>("out", encoder).serialize("row", null, timestamp);
    }

    private static OutputTopic<String> topic() {
        return OutputTopic.named("out", (row, fields) -> fields.value(row));
    }
}
