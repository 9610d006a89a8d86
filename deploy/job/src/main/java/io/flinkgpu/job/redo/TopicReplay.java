package io.flinkgpu.job.redo;

import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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
 * fenced off, and the newer one goes on where it was. Brokers forget an offset that nobody commits
 * for {@code offsets.retention.minutes}: each run commits it, also where no letter is open.
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
     * @param isFirst whether the brokers knew of no earlier replay of these letters
     */
    public record Outcome(long rows, long omitted, boolean isFirst) {

        private Outcome plus(boolean isRow) {
            return isRow
                    ? new Outcome(rows + 1, omitted, isFirst)
                    : new Outcome(rows, omitted + 1, isFirst);
        }
    }

    /**
     * Where letters end.
     *
     * @param isFirst whether no position of an earlier replay is known
     */
    private record Letters(Map<TopicPartition, Long> ends, boolean isFirst) {}

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
            return count(start(consumer, again), consumer);
        }
    }

    /**
     * Sends the rows of the letters that are committed by now.
     *
     * @param again sends what was sent before, too
     * @param first told how many rows there are before one is sent, where no earlier replay is
     *     known
     * @throws IllegalArgumentException if a topic does not exist
     * @throws IllegalStateException if a record is no dead letter whose value is the row, or
     *     another replay of these letters has started; what was sent until then is not sent again
     */
    public Outcome run(boolean again, LongConsumer first) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                KafkaProducer<byte[], byte[]> producer = producer()) {
            return run(again, first, consumer, producer);
        } catch (ProducerFencedException fenced) {
            throw new IllegalStateException(
                    "Cannot go on: another replay of topic '%s' has started, and goes on from here."
                            .formatted(letters),
                    fenced);
        }
    }

    Outcome run(
            boolean again,
            LongConsumer first,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer) {
        // First, as it ends what another one has begun.
        producer.initTransactions();
        Letters open = start(consumer, again);
        if (open.isFirst()) {
            Map<TopicPartition, OffsetAndMetadata> starts = positions(consumer);
            first.accept(count(open, consumer).rows());
            starts.forEach(consumer::seek);
        }
        Outcome sent = new Outcome(0, 0, open.isFirst());
        while (!isAt(open.ends(), consumer)) {
            sent = send(consumer.poll(POLL), sent, consumer, producer);
        }
        // Once more, as brokers forget positions that nobody commits for long.
        return send(ConsumerRecords.empty(), sent, consumer, producer);
    }

    private Outcome count(Letters open, Consumer<byte[], byte[]> consumer) {
        Outcome all = new Outcome(0, 0, open.isFirst());
        while (!isAt(open.ends(), consumer)) {
            for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
                all = all.plus(hasRow(letter));
            }
        }
        return all;
    }

    private Outcome send(
            ConsumerRecords<byte[], byte[]> some,
            Outcome before,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer) {
        producer.beginTransaction();
        try {
            Outcome sent = before;
            for (ConsumerRecord<byte[], byte[]> letter : some) {
                boolean hasRow = hasRow(letter);
                if (hasRow) {
                    // A failure of one is told by the commit.
                    var unused = producer.send(row(letter));
                }
                sent = sent.plus(hasRow);
            }
            producer.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
            producer.commitTransaction();
            return sent;
        } catch (ProducerFencedException fenced) {
            throw fenced; // has nothing left to abort
        } catch (KafkaException | IllegalStateException failure) {
            producer.abortTransaction();
            throw failure;
        }
    }

    private boolean hasRow(ConsumerRecord<byte[], byte[]> letter) {
        if (letter.headers().lastHeader(DeadLetterHeaders.ERROR_CLASS) == null) {
            throw new IllegalStateException(
                    "Cannot replay topic '%s': record %d of partition %d has no header '%s', so its value is not known to be a row. What a job file wrote is replayed by that file: './flink-gpu dead-letters replay FILE'."
                            .formatted(
                                    letters,
                                    letter.offset(),
                                    letter.partition(),
                                    DeadLetterHeaders.ERROR_CLASS));
        }
        return letter.headers().lastHeader(DeadLetterHeaders.OMITTED_BYTES) == null;
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

    /** Goes to the first open letter of each partition. */
    private Letters start(Consumer<byte[], byte[]> consumer, boolean again) {
        requireTopic(target, consumer);
        List<TopicPartition> partitions = requireTopic(letters, consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> done = done(ends, consumer);
        if (!again) {
            done.forEach(
                    (partition, offset) ->
                            consumer.seek(
                                    partition, Math.max(offset, consumer.position(partition))));
        }
        return new Letters(ends, done.isEmpty());
    }

    /** A topic that was made anew ends before the offset of the old one, which does not count. */
    private static Map<TopicPartition, Long> done(
            Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> done = new HashMap<>();
        consumer.committed(ends.keySet())
                .forEach(
                        (partition, position) -> {
                            if (position != null && position.offset() <= ends.get(partition)) {
                                done.put(partition, position.offset());
                            }
                        });
        return done;
    }

    private List<TopicPartition> requireTopic(String topic, Consumer<byte[], byte[]> consumer) {
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

    private static boolean isAt(Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(
            Consumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
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
