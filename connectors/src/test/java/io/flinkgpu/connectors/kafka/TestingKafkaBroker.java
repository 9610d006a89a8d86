package io.flinkgpu.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A Kafka broker of one node, its own controller, in a process of its own; one for all tests of the
 * run. It forgets names of transactions after {@link #TRANSACTIONAL_ID_EXPIRATION}.
 */
public final class TestingKafkaBroker implements BeforeAllCallback {

    static final Duration TRANSACTIONAL_ID_EXPIRATION = Duration.ofSeconds(3);

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);

    private static Path directory;
    private static Process process;
    private static int port;

    public String bootstrapServers() {
        return "localhost:" + port;
    }

    /** Creates a topic. */
    public void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
        }
    }

    /** Writes records and waits until the broker has them. */
    public void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Future<RecordMetadata> sent : records.stream().map(producer::send).toList()) {
                sent.get();
            }
        }
    }

    /** What a topic holds that is committed, partition by partition. */
    public List<ConsumerRecord<String, byte[]>> committed(String topic) {
        Map<String, Object> config =
                Map.of(
                        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        }
    }

    /** The states of the transactions that the broker remembers under this prefix. */
    List<TransactionState> transactions(String prefix) {
        try (Admin admin = admin()) {
            return admin.listTransactions().all().get().stream()
                    .filter(listing -> listing.transactionalId().startsWith(prefix))
                    .map(TransactionListing::state)
                    .toList();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills the broker, and starts it again on its log. */
    void restart() throws Exception {
        process.destroyForcibly().waitFor();
        start();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(Namespace.create(TestingKafkaBroker.class))
                .getOrComputeIfAbsent(TestingKafkaBroker.class, key -> startNew());
    }

    private ExtensionContext.Store.CloseableResource startNew() {
        try {
            directory = Files.createTempDirectory("kafka");
            port = freePort();
            Files.writeString(directory.resolve("server.properties"), config());
            format();
            start();
        } catch (Exception e) {
            throw new AssertionError("Cannot start Kafka in " + directory, e);
        }
        return TestingKafkaBroker::stop;
    }

    private static void stop() throws Exception {
        process.destroyForcibly().waitFor();
        FileUtils.deleteDirectory(directory.toFile());
    }

    private static void format() throws Exception {
        Process format =
                java(
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        directory.resolve("server.properties").toString());
        assertThat(format.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(format.exitValue()).as("log in " + directory).isZero();
    }

    private void start() throws IOException {
        process = java("broker", "kafka.Kafka", directory.resolve("server.properties").toString());
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try (Admin admin = admin()) {
            Awaitility.await("broker with its log in " + directory)
                    .atMost(START)
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster().nodes().get().size() == 1);
        }
    }

    private Admin admin() {
        return Admin.create(client());
    }

    private Map<String, Object> client() {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    }

    private static String config() throws IOException {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@localhost:%2$d
                listeners=PLAINTEXT://localhost:%1$d,CONTROLLER://localhost:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                transactional.id.expiration.ms=%4$d
                transaction.remove.expired.transaction.cleanup.interval.ms=500
                transaction.abort.timed.out.transaction.cleanup.interval.ms=500
                """
                .formatted(
                        port,
                        freePort(),
                        directory.resolve("data"),
                        TRANSACTIONAL_ID_EXPIRATION.toMillis());
    }

    private static Process java(String name, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx384m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
