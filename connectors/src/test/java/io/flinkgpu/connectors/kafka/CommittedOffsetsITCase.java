package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.ledger.SinkProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The end of a transaction is a record of its own, which takes an offset. */
@Timeout(120)
class CommittedOffsetsITCase {

    private static final String TOPIC = "offsets";
    private static final JobID JOB = new JobID();

    @RegisterExtension static final TestingKafkaBroker KAFKA = new TestingKafkaBroker();

    @Test
    void tellsHowFarConsumersCanRead() throws Exception {
        KAFKA.createTopic(TOPIC, 2);
        // Jobs of other tests that share the process leave some.
        Set<Thread> before = adminThreads();
        SinkProbe probe = InstantiationUtil.clone(probe());
        try (KafkaProducer<byte[], byte[]> producer = transactionalProducer()) {
            assertThat(probe.committed(JOB, -1, 1)).containsExactly(position(1, "0:0 1:0"));
            commit(producer, 0, 3);
            assertThat(awaitCommit(probe, 1, 2)).containsExactly(position(2, "0:4 1:0"));

            // Not those of a transaction that is open.
            producer.beginTransaction();
            send(producer, 1, 2);
            assertThat(probe.committed(JOB, 2, 3)).isEmpty();
            producer.commitTransaction();

            assertThat(awaitCommit(probe, 2, 3)).containsExactly(position(3, "0:4 1:3"));
            assertThat(probe.committed(JOB, 3, 3)).isEmpty();
        } finally {
            probe.close();
        }
        assertThat(before).containsAll(adminThreads());
    }

    private static Set<Thread> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kafka-admin-client-thread"))
                .collect(Collectors.toSet());
    }

    @Test
    void saysThatNobodyAnswers() {
        CommittedOffsets probe =
                new CommittedOffsets(
                        TOPIC, "localhost:1", new Properties(), Duration.ofMillis(300));
        try {
            assertThatThrownBy(() -> probe.committed(JOB, -1, 1))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessage("no broker of topic 'offsets' answers");
        } finally {
            probe.close();
        }
    }

    /** A broker tells the producer before it tells consumers. */
    private static List<SinkProbe.Position> awaitCommit(SinkProbe probe, long after, long upTo) {
        return await().until(
                        () -> probe.committed(JOB, after, upTo), positions -> !positions.isEmpty());
    }

    private static SinkProbe probe() {
        return OutputTopic.<String>named(TOPIC, (row, fields) -> fields.value(row))
                .bootstrapServers(KAFKA.bootstrapServers())
                .property(ProducerConfig.LINGER_MS_CONFIG, "5")
                .exactlyOnce(TOPIC)
                .probe();
    }

    private static SinkProbe.Position position(long checkpoint, String offsets) {
        return new SinkProbe.Position(
                checkpoint, CommittedOffsets.KIND, "topic " + TOPIC + ": " + offsets);
    }

    private static KafkaProducer<byte[], byte[]> transactionalProducer() {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                KAFKA.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                TOPIC),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static void commit(KafkaProducer<byte[], byte[]> producer, int partition, int count)
            throws Exception {
        producer.beginTransaction();
        send(producer, partition, count);
        producer.commitTransaction();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, int count)
            throws Exception {
        for (int sent = 0; sent < count; sent++) {
            byte[] value = String.valueOf(sent).getBytes(UTF_8);
            producer.send(new ProducerRecord<>(TOPIC, partition, null, value)).get();
        }
    }
}
