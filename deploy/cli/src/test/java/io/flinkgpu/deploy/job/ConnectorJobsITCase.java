package io.flinkgpu.deploy.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.kafka.KafkaBroker;
import io.flinkgpu.deploy.kafka.KafkaTopic;
import io.flinkgpu.deploy.letters.DeadLettersCommand;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.RunLedger;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The job files of the distribution that read and write topics and tables, with a real broker. */
@Timeout(240)
class ConnectorJobsITCase {

    private static final Path EXAMPLES = Path.of("src/main/dist/examples").toAbsolutePath();
    private static final int IMAGES = 60;

    @TempDir private static Path shared;
    private static KafkaBroker broker;
    private static String servers;

    @TempDir private Path directory;

    /** What became of a run: its message, empty after success, and what it printed. */
    private record Outcome(String failure, String out) {}

    @BeforeAll
    static void startBroker() throws Exception {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        broker = KafkaBroker.at(shared.resolve("kafka"));
        servers = broker.start(new Distribution(home), 0).bootstrapServers();
        broker.createTopics(
                Stream.of("images", "labels", "rejected")
                        .map(topic -> new KafkaTopic(topic, 2))
                        .toList());
        Path letter = Files.writeString(shared.resolve("letter.jpg"), "This is no image.");
        Path list = list(shared, Stream.concat(images().stream(), Stream.of(letter)));
        assertThat(run(shared, "files-to-kafka.yaml", "--set=INPUT=" + list).failure()).isEmpty();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    void labelsGoFromTopicToTopic() throws Exception {
        String ledger = "jdbc:sqlite:" + directory.resolve("ledger.db");
        Outcome outcome =
                runRecorded(ledger, directory, "kafka-to-kafka.yaml", "--set=BOUNDED=true");

        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.out())
                .contains("topic images: 2 partitions")
                .contains("rows: content bytes, file string, taken timestamp");
        List<ConsumerRecord<String, String>> labels = committed("labels");
        assertThat(labels).hasSize(IMAGES);
        assertThat(labels)
                .allSatisfy(
                        record -> {
                            assertThat(record.timestamp()).isPositive();
                            assertThat(record.headers().lastHeader("content-type").value())
                                    .asString()
                                    .isEqualTo("application/json");
                        });
        assertThat(committed("rejected"))
                .singleElement()
                .satisfies(
                        letter ->
                                assertThat(
                                                new ObjectMapper()
                                                        .readTree(letter.value())
                                                        .path("element")
                                                        .asText())
                                        .isEqualTo("decode"));

        await().untilAsserted(
                        () ->
                                assertThat(newestPosition(ledger, "labels"))
                                        .contains(ends("labels")));

        assertThat(deadLetters("list", "rejected", "--bootstrap-servers", servers))
                .contains("1 dead letter, from ")
                .containsPattern(" 1 +decode +DATA +BadImageException");
        assertThat(run(directory, "kafka-to-kafka.yaml", "--redo=failed").out())
                .contains("Dead letters to redo: 1.")
                .contains("Redone. Still bad: 1, by class {DATA=1}.");
        assertThat(run(directory, "kafka-to-kafka.yaml", "--redo=failed", "--check").out())
                .contains("Dead letters to redo: 1.");
        assertThat(committed("labels")).hasSize(IMAGES);

        assertThat(run(directory, "kafka-to-files.yaml").failure()).isEmpty();
        assertThat(
                        lines("labels").stream()
                                .filter(
                                        row ->
                                                isRight(
                                                        row.path("file").asText(),
                                                        row.path("label").asInt()))
                                .count())
                .isGreaterThan(IMAGES * 9L / 10);
        assertThat(directory.resolve("output/dead-letters")).doesNotExist();
    }

    @Test
    void checkFindsTopicsThatDoNotExist() throws Exception {
        assertThat(
                        run(directory, "kafka-to-kafka.yaml", "--set=LABELS=lables", "--check")
                                .failure())
                .contains("Invalid topic 'lables': %s has none of that name.".formatted(servers));
    }

    @Test
    void labelsOfAPoolGoFromATopicToATable() throws Exception {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        ReplicaServer server =
                new ReplicaServer(
                        ReplicaServerConfig.from(new Configuration(), "localhost"),
                        ModelHost.ofProcess(),
                        new DeviceLeaseTable(),
                        timer);
        Outcome outcome;
        ModelRef digits = ModelRef.savedModel(EXAMPLES.resolve("digits/model").toString());
        try (ReplicaLease lease =
                server.lease(
                        new ReplicaRequest("pool", Map.of("digits", digits), 32, 1, null),
                        List.of(),
                        "test")) {
            lease.ready().get(60, TimeUnit.SECONDS);
            outcome =
                    run(
                            directory,
                            "kafka-to-iceberg.yaml",
                            "--set=BOUNDED=true",
                            "--set=INTERVAL=500 ms",
                            "--set=FLINK_GPU_POOL=static://" + server.address().orElseThrow());
        } finally {
            server.drain().get(30, TimeUnit.SECONDS);
            timer.shutdownNow();
        }

        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.out()).contains("table inference.labels: will be created");
        List<Record> labels = table("labels");
        assertThat(labels).hasSize(IMAGES);
        assertThat(
                        labels.stream()
                                .filter(
                                        row ->
                                                isRight(
                                                        (String) row.getField("file"),
                                                        (Integer) row.getField("label")))
                                .count())
                .isGreaterThan(IMAGES * 9L / 10);
        assertThat(lines("dead-letters")).hasSize(1);
    }

    @Test
    void labelsGoFromFilesToATable() throws Exception {
        Path list = list(directory, images().stream());

        Outcome outcome =
                run(
                        directory,
                        "files-to-iceberg.yaml",
                        "--set=INPUT=" + list,
                        "--set=INTERVAL=500 ms");

        assertThat(outcome.failure()).isEmpty();
        List<Record> labels = table("digits");
        assertThat(labels).hasSize(IMAGES);
        assertThat(labels)
                .allSatisfy(
                        row -> {
                            assertThat(row.getField("contentType")).isEqualTo("image/jpeg");
                            assertThat((List<?>) row.getField("scores")).hasSize(10);
                        });
    }

    private static Outcome run(Path directory, String example, String... arguments) {
        return runRecorded("none", directory, example, arguments);
    }

    private static Outcome runRecorded(
            String ledger, Path directory, String example, String... arguments) {
        StringWriter out = new StringWriter();
        StringBuilder failure = new StringBuilder();
        List<String> all =
                new ArrayList<>(
                        List.of(
                                EXAMPLES.resolve("jobs").resolve(example).toString(),
                                "--simulated",
                                "--ledger=" + ledger,
                                "--set=KAFKA=" + servers,
                                "--set=OUTPUT=" + directory.resolve("output")));
        all.addAll(List.of(arguments));
        int unusedExitCode =
                new CommandLine(new JobRunCommand())
                        .setOut(new PrintWriter(out, true))
                        .setExecutionExceptionHandler(
                                (exception, command, parsed) -> {
                                    failure.append(exception.getMessage());
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(all.toArray(String[]::new));
        return new Outcome(failure.toString(), out.toString());
    }

    private static List<Path> images() throws Exception {
        Path digits = EXAMPLES.resolve("digits");
        try (Stream<String> files = Files.lines(digits.resolve("test.txt"))) {
            return files.limit(IMAGES).map(digits::resolve).toList();
        }
    }

    /** Lists hold relative paths. */
    private static Path list(Path directory, Stream<Path> files) throws Exception {
        return Files.write(
                directory.resolve("files.txt"),
                files.map(file -> directory.relativize(file).toString()).toList());
    }

    /** The label is the name of the file's directory. */
    private static boolean isRight(String file, int label) {
        return file.startsWith(label + "/");
    }

    private static String deadLetters(String... arguments) {
        StringWriter out = new StringWriter();
        assertThat(
                        new CommandLine(new DeadLettersCommand())
                                .setOut(new PrintWriter(out, true))
                                .execute(arguments))
                .isZero();
        return out.toString();
    }

    private static List<ConsumerRecord<String, String>> committed(String topic) {
        try (KafkaConsumer<String, String> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    /** What the ledger knows of a sink of the newest run. */
    private static Optional<String> newestPosition(String ledger, String sink) throws Exception {
        try (RunLedger opened = RunLedger.open(LedgerConfig.of(ledger))) {
            return opened.history(opened.runs(1).get(0).id()).positions().stream()
                    .filter(position -> position.sink().equals(sink))
                    .map(LedgerEntry.SinkPosition::position)
                    .reduce((older, newer) -> newer);
        }
    }

    /** How far consumers can read a topic, in the words of the ledger. */
    private static String ends(String topic) {
        try (KafkaConsumer<String, String> consumer = consumer()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(consumer, topic));
            return "topic %s: 0:%d 1:%d"
                    .formatted(
                            topic,
                            ends.get(new TopicPartition(topic, 0)),
                            ends.get(new TopicPartition(topic, 1)));
        }
    }

    private static KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private List<Record> table(String name) throws Exception {
        String warehouse = directory.resolve("output/warehouse").toUri().toString();
        try (HadoopCatalog catalog =
                new HadoopCatalog(new org.apache.hadoop.conf.Configuration(), warehouse)) {
            Table table = catalog.loadTable(TableIdentifier.of("inference", name));
            try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
                return StreamSupport.stream(rows.spliterator(), false).toList();
            }
        }
    }

    private List<JsonNode> lines(String name) throws Exception {
        Path lines = directory.resolve("output").resolve(name);
        try (Stream<JsonNode> stream =
                JsonLines.read(new org.apache.flink.core.fs.Path(lines.toUri()))) {
            return stream.toList();
        }
    }
}
