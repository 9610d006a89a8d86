package io.flinkgpu.job.redo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TopicReplayTest {

    private static final TopicPartition LETTERS = new TopicPartition("letters", 0);

    private final TopicReplay replay = new TopicReplay("letters", "rows", "host:1", Map.of());
    private final RememberingConsumer consumer = new RememberingConsumer();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<Long> first = new ArrayList<>();

    @Test
    void tellsBeforeItSendsThatNoEarlierReplayIsKnown() {
        haveLetters(2);

        TopicReplay.Outcome outcome =
                replay.run(
                        false,
                        rows -> {
                            assertThat(producer.history()).isEmpty();
                            first.add(rows);
                        },
                        consumer,
                        producer);

        assertThat(first).containsExactly(2L);
        assertThat(outcome).isEqualTo(new TopicReplay.Outcome(2, 0, true));
        assertThat(producer.history())
                .extracting(row -> new String(row.value(), UTF_8))
                .containsExactly("0", "1");
        assertThat(lastCommit()).isEqualTo(2);
    }

    @Test
    void goesOnBehindAnEarlierReplay() {
        haveLetters(3);
        consumer.committed = new OffsetAndMetadata(2);

        TopicReplay.Outcome outcome = run();

        assertThat(first).isEmpty();
        assertThat(outcome).isEqualTo(new TopicReplay.Outcome(1, 0, false));
        assertThat(lastCommit()).isEqualTo(3);
    }

    @Test
    void commitsItsPlaceAnewWhereNothingIsOpen() {
        haveLetters(2);
        consumer.committed = new OffsetAndMetadata(2);

        TopicReplay.Outcome outcome = run();

        assertThat(outcome.rows()).isZero();
        assertThat(producer.history()).isEmpty();
        assertThat(lastCommit()).isEqualTo(2);
        assertThat(producer.transactionInFlight()).isFalse();
    }

    @Test
    void doesNotGoByThePlaceInATopicThatWasMadeAnew() {
        haveLetters(1);
        consumer.committed = new OffsetAndMetadata(7);

        assertThat(run()).isEqualTo(new TopicReplay.Outcome(1, 0, true));
        assertThat(first).containsExactly(1L);
    }

    private TopicReplay.Outcome run() {
        return replay.run(false, first::add, consumer, producer);
    }

    /** Gives them to two passes, as the consumer forgets what it gave. */
    private void haveLetters(int letters) {
        for (String topic : List.of("letters", "rows")) {
            consumer.updatePartitions(
                    topic, List.of(new PartitionInfo(topic, 0, Node.noNode(), null, null)));
        }
        consumer.updateBeginningOffsets(Map.of(LETTERS, 0L));
        consumer.updateEndOffsets(Map.of(LETTERS, (long) letters));
        for (int pass = 0; pass < 2; pass++) {
            consumer.schedulePollTask(
                    () -> IntStream.range(0, letters).forEach(i -> consumer.addRecord(letter(i))));
        }
    }

    private static ConsumerRecord<byte[], byte[]> letter(int offset) {
        ConsumerRecord<byte[], byte[]> letter =
                new ConsumerRecord<>(
                        LETTERS.topic(),
                        LETTERS.partition(),
                        offset,
                        0,
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        null,
                        Integer.toString(offset).getBytes(UTF_8),
                        new RecordHeaders(),
                        Optional.empty());
        letter.headers().add(DeadLetterHeaders.ERROR_CLASS, "DATA".getBytes(UTF_8));
        return letter;
    }

    private long lastCommit() {
        var commits = producer.consumerGroupOffsetsHistory();
        return commits.get(commits.size() - 1).values().iterator().next().get(LETTERS).offset();
    }

    /** Knows what was committed before it was assigned, as brokers do. */
    private static final class RememberingConsumer extends MockConsumer<byte[], byte[]> {

        @Nullable private OffsetAndMetadata committed;

        private RememberingConsumer() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions) {
            return Collections.singletonMap(LETTERS, committed);
        }
    }
}
