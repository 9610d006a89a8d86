package io.flinkgpu.job.redo;

import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the rows of a topic's dead letters, records with {@link DeadLetterHeaders}, to a topic that
 * the job reads, each once.
 *
 * <p>How far it has come is the committed offset of a consumer group, which changes in the same
 * transaction in which rows are sent (Kafka's KIP-98). Of two that run at once the older one is
 * fenced off, and the newer one goes on where it was.
 *
 * @param letters the topic with the dead letters
 * @param target the topic that gets rows
 * @param properties of consumer and producer, besides those that are set here
 */
@Internal
public record TopicReplay(
        String letters, String target, String servers, Map<String, String> properties) {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final String PREFIX = "flink-gpu-replay.";

    /**
     * What became of letters.
     *
     * @param rows that were sent, or would be
     * @param omitted letters whose row was too large to be kept
     */
    public record Outcome(long rows, long omitted) {

        private static final Outcome NONE = new Outcome(0, 0);

        private Outcome plus(Outcome other) {
            return new Outcome(rows + other.rows, omitted + other.omitted);
        }
    }

    /**
     * Refuses what would go round in circles.
     *
     * @throws IllegalArgumentException if both topics are one
     */
    public TopicReplay {
        properties = Map.copyOf(properties);
        if (letters.equals(target)) {
            throw new IllegalArgumentException(
                    "Invalid topic: '%s'. Rows must go to another topic than that of the dead letters."
                            .formatted(target));
        }
    }

    /**
     * Counts what {@link #run} would send, and changes nothing.
     *
     * @param again counts what was sent before, too
     * @throws IllegalArgumentException if a topic does not exist
     * @throws IllegalStateException if a record is no dead letter whose value is the row
     */
    public Outcome look(boolean again) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Outcome all = Outcome.NONE;
            Map<TopicPartition, Long> ends = start(consumer, again);
            while (!isAt(ends, consumer)) {
                for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
                    all = all.plus(outcome(letter));
                }
            }
            return all;
        }
    }

    /**
     * Sends the rows of the letters that are committed by now.
     *
     * @param again sends what was sent before, too
     * @throws IllegalArgumentException if a topic does not exist
     * @throws IllegalStateException if a record is no dead letter whose value is the row, or
     *     another replay of these letters has started; what was sent until then is not sent again
     */
    public Outcome run(boolean again) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                KafkaProducer<byte[], byte[]> producer = producer()) {
            // First, as it ends what another one has begun.
            producer.initTransactions();
            Map<TopicPartition, Long> ends = start(consumer, again);
            Outcome all = Outcome.NONE;
            while (!isAt(ends, consumer)) {
                ConsumerRecords<byte[], byte[]> some = consumer.poll(POLL);
                all =
                        all.plus(
                                send(
                                        some,
                                        positions(ends, consumer),
                                        consumer.groupMetadata(),
                                        producer));
            }
            return all;
        } catch (ProducerFencedException fenced) {
            throw new IllegalStateException(
                    "Cannot go on: another replay of topic '%s' has started, and goes on from here."
                            .formatted(letters),
                    fenced);
        }
    }

    private Outcome send(
            ConsumerRecords<byte[], byte[]> some,
            Map<TopicPartition, OffsetAndMetadata> behind,
            ConsumerGroupMetadata group,
            KafkaProducer<byte[], byte[]> producer) {
        producer.beginTransaction();
        try {
            Outcome sent = Outcome.NONE;
            for (ConsumerRecord<byte[], byte[]> letter : some) {
                Outcome outcome = outcome(letter);
                if (outcome.rows() > 0) {
                    // A failure of one is told by the commit.
                    var unused = producer.send(row(letter));
                }
                sent = sent.plus(outcome);
            }
            producer.sendOffsetsToTransaction(behind, group);
            producer.commitTransaction();
            return sent;
        } catch (ProducerFencedException fenced) {
            throw fenced; // has nothing left to abort
        } catch (KafkaException | IllegalStateException failure) {
            producer.abortTransaction();
            throw failure;
        }
    }

    private Outcome outcome(ConsumerRecord<byte[], byte[]> letter) {
        if (letter.headers().lastHeader(DeadLetterHeaders.ERROR_CLASS) == null) {
            throw new IllegalStateException(
                    "Cannot replay topic '%s': record %d of partition %d has no header '%s', so its value is not known to be a row. What a job file wrote is replayed by that file: './flink-gpu dead-letters replay FILE'."
                            .formatted(
                                    letters,
                                    letter.offset(),
                                    letter.partition(),
                                    DeadLetterHeaders.ERROR_CLASS));
        }
        return letter.headers().lastHeader(DeadLetterHeaders.OMITTED_BYTES) == null
                ? new Outcome(1, 0)
                : new Outcome(0, 1);
    }

    /** The record as it was before it became a dead letter, as far as that is known. */
    private ProducerRecord<byte[], byte[]> row(ConsumerRecord<byte[], byte[]> letter) {
        ProducerRecord<byte[], byte[]> row =
                new ProducerRecord<>(
                        target, null, letter.timestamp(), letter.key(), letter.value());
        for (Header header : letter.headers()) {
            if (!DeadLetterHeaders.NAMES.contains(header.key())) {
                row.headers().add(header);
            }
        }
        return row;
    }

    /** Goes to the first open letter of each partition; where the last ones end. */
    private Map<TopicPartition, Long> start(KafkaConsumer<byte[], byte[]> consumer, boolean again) {
        requireTopic(target, consumer);
        List<TopicPartition> partitions = requireTopic(letters, consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        if (!again) {
            consumer.committed(new HashSet<>(partitions))
                    .forEach((partition, done) -> skip(partition, done, ends, consumer));
        }
        return ends;
    }

    /** A topic that was made anew begins before the offset of the old one. */
    private static void skip(
            TopicPartition partition,
            OffsetAndMetadata done,
            Map<TopicPartition, Long> ends,
            KafkaConsumer<byte[], byte[]> consumer) {
        boolean isKnown = done != null && done.offset() <= ends.get(partition);
        if (isKnown && done.offset() > consumer.position(partition)) {
            consumer.seek(partition, done.offset());
        }
    }

    private List<TopicPartition> requireTopic(
            String topic, KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot replay dead letters: there is no topic '%s' at %s."
                            .formatted(topic, servers));
        }
        return partitions;
    }

    private static boolean isAt(
            Map<TopicPartition, Long> ends, KafkaConsumer<byte[], byte[]> consumer) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(
            Map<TopicPartition, Long> partitions, KafkaConsumer<byte[], byte[]> consumer) {
        return partitions.keySet().stream()
                .collect(
                        Collectors.toMap(
                                partition -> partition,
                                partition -> new OffsetAndMetadata(consumer.position(partition))));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private String group() {
        return PREFIX + letters;
    }

    /** Without the properties, which may hold passwords. */
    @Override
    public String toString() {
        return "replay of topic %s to %s at %s".formatted(letters, target, servers);
    }
}
