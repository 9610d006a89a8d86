package io.flinkgpu.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.kafka.KafkaPayload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTopicsTest {

    private static final LoadTopics TOPICS = new LoadTopics("localhost:1", 4);

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 4, 5, 1_002})
    void endsEachPartitionBehindTheLastRowThatIsWrittenThere(long rows) {
        Map<TopicPartition, Long> written = new HashMap<>();
        LongStream.range(0, rows)
                .mapToObj(id -> TOPICS.encode(LoadRow.of(id, 1)).partition())
                .forEach(p -> written.merge(new TopicPartition("load-rows", p), 1L, Long::sum));

        Map<TopicPartition, Long> ends = TOPICS.ends(rows);

        assertThat(ends).hasSize(4).containsAllEntriesOf(written);
        assertThat(ends.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(rows);
    }

    @Test
    void readsWhatItWrites() {
        LoadRow row = LoadRow.of(1_042, 16);

        ProducerRecord<byte[], byte[]> encoded = TOPICS.encode(row);

        KafkaPayload read =
                new KafkaPayload(
                        encoded.topic(), 2, 260, -1, encoded.key(), encoded.value(), List.of());
        assertThat(LoadTopics.decode(read)).isEqualTo(row);
        assertThat(encoded.partition()).isEqualTo(2);
        assertThat(new String(encoded.key(), UTF_8)).isEqualTo("1042");
    }
}
