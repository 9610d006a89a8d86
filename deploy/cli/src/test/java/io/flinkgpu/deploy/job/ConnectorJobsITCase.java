package io.flinkgpu.deploy.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.deadletter.DeadLetterHeaders;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.kafka.KafkaBroker;
import io.flinkgpu.deploy.kafka.KafkaTopic;
import io.flinkgpu.deploy.letters.DeadLettersCommand;
import io.flinkgpu.deploy.sql.SqlCommand;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.job.PipelineJob;
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
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
    private static final String LIVE =
            """
            name: live
            checkpoints: {interval: "${INTERVAL:-4 min}", directory: "${OUTPUT}/checkpoints"}
            restart: {attempts: 0}
            sources:
              - name: images
                type: kafka
                config: {bootstrap-servers: "${KAFKA}", topic: live-in, format: bytes, value: content}
            steps:
              - {name: decode, type: decode-image, input: images, config: {height: 2, width: 2}}
            sinks:
              - {name: out, type: kafka, input: decode, config: {bootstrap-servers: "${KAFKA}", topic: live-out}}
              - {name: bad, type: kafka, input: decode.dead-letters, config: {bootstrap-servers: "${KAFKA}", topic: live-bad}}
            """;

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

    @Test
    void sqlTakesRowsFromATopicThroughAModelIntoATopic() throws Exception {
        broker.createTopics(List.of(new KafkaTopic("pixels", 2), new KafkaTopic("sql-labels", 2)));
        Path images = EXAMPLES.resolve("digits/images/7");
        String script =
                Files.readString(EXAMPLES.resolve("sql/kafka.sql"))
                        .replace("localhost:9092", servers)
                        .replace("'topic' = 'labels'", "'topic' = 'sql-labels'")
                        .replace("'examples/digits/images'", "'" + images + "'")
                        .replace("'examples/", "'" + EXAMPLES + "/");
        Path file = Files.writeString(directory.resolve("kafka.sql"), script);
        StringWriter said = new StringWriter();

        int exitCode =
                new CommandLine(new SqlCommand())
                        .setOut(new PrintWriter(said, true))
                        .setErr(new PrintWriter(said, true))
                        .execute("-f", file.toString(), "--simulated");

        assertThat(exitCode).as(said.toString()).isZero();
        try (Stream<Path> files = Files.list(images)) {
            assertThat(committed("sql-labels"))
                    .hasSize((int) files.count())
                    .allSatisfy(row -> assertThat(row.value()).contains("\"label\":"));
        }
    }

    @Test
    void rowsOfJavasDeadLettersAreSentAgainOnceEach() throws Exception {
        broker.createTopics(
                Stream.of("failed-rows", "rows").map(topic -> new KafkaTopic(topic, 2)).toList());
        sendLetter("one", "1".getBytes(UTF_8));
        sendLetter("two", new byte[0], new RecordHeader(DeadLetterHeaders.OMITTED_BYTES, null));
        sendLetter("three", "3".getBytes(UTF_8), new RecordHeader("content-type", new byte[] {7}));
        String[] replay = {"replay", "failed-rows", "--to", "rows", "--bootstrap-servers", servers};

        assertThat(deadLetters(with(replay, "--check")))
                .contains("No earlier replay of topic 'failed-rows' is known: 2 rows.")
                .contains("Rows to send to topic 'rows': 2.");
        assertThat(deadLetters(replay))
                .contains("No earlier replay of topic 'failed-rows' is known: 2 rows.")
                .contains("Rows sent to topic 'rows': 2.")
                .contains("Left out: 1 letters whose rows were too large to be kept.");

        assertThat(committed("rows"))
                .extracting(row -> row.key() + "=" + row.value())
                .containsExactlyInAnyOrder("one=1", "three=3");
        assertThat(committed("rows"))
                .filteredOn(row -> row.key().equals("three"))
                .singleElement()
                .satisfies(row -> assertThat(row.headers()).hasSize(1));
        assertThat(deadLetters(replay))
                .contains("Rows sent to topic 'rows': 0.")
                .doesNotContain("No earlier replay");
        sendLetter("four", "4".getBytes(UTF_8));
        assertThat(deadLetters(replay)).contains("Rows sent to topic 'rows': 1.");
        assertThat(deadLetters(with(replay, "--again", "--check")))
                .contains("Rows to send to topic 'rows': 3.");
        assertThat(deadLetters("list", "failed-rows", "--bootstrap-servers", servers))
                .contains("4 dead letters, from ");
    }

    @Test
    void aRedoLeavesTheTransactionsOfALiveRunAlone() throws Exception {
        broker.createTopics(
                Stream.of("live-in", "live-out", "live-bad")
                        .map(topic -> new KafkaTopic(topic, 1))
                        .toList());
        Path file = Files.writeString(directory.resolve("live.yaml"), LIVE);
        send(new ProducerRecord<>("live-in", "This is no image.".getBytes(UTF_8)));
        send(new ProducerRecord<>("live-in", Files.readAllBytes(images().get(0))));
        try (LiveRun live =
                        LiveRun.start(
                                PipelineJob.read(
                                        file,
                                        JobFiles.reading(
                                                Map.of(
                                                        "KAFKA",
                                                        servers,
                                                        "OUTPUT",
                                                        output().toString()))));
                Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            await().until(() -> openTransactions(admin).size() == 2);
            live.checkpoint();
            await().until(() -> committed("live-bad").size() == 1);
            send(new ProducerRecord<>("live-in", Files.readAllBytes(images().get(1))));
            await().until(() -> openTransactions(admin).size() == 1);
            var open = openTransactions(admin);

            // Its own interval: a run ends with a checkpoint, and the live run makes none by
            // itself.
            Outcome redo = run(directory, file.toString(), "--redo=failed", "--set=INTERVAL=1 s");

            assertThat(redo.failure()).isEmpty();
            assertThat(redo.out()).contains("Redone. Still bad: 1, by class {DATA=1}.");
            assertThat(openTransactions(admin)).isEqualTo(open);
            live.checkpoint();
            await().until(() -> committed("live-out").size() == 2);
            assertThat(committed("live-bad")).hasSize(2);
        }
    }

    /** Those of the live run in which there are records, with producer and epoch. */
    private static Map<String, String> openTransactions(Admin admin) throws Exception {
        List<String> ids =
                admin.listTransactions().all().get().stream()
                        .filter(transaction -> transaction.state() == TransactionState.ONGOING)
                        .map(TransactionListing::transactionalId)
                        .filter(id -> id.startsWith("live/"))
                        .toList();
        Map<String, String> open = new TreeMap<>();
        admin.describeTransactions(ids)
                .all()
                .get()
                .forEach(
                        (id, transaction) ->
                                open.put(
                                        id,
                                        transaction.producerId()
                                                + "@"
                                                + transaction.producerEpoch()));
        return open;
    }

    /** As {@code DeadLetterTopic} writes them. */
    private static void sendLetter(String key, byte[] value, Header... more) throws Exception {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>("failed-rows", key.getBytes(UTF_8), value);
        letter.headers().add(DeadLetterHeaders.ERROR_CLASS, "DATA".getBytes(UTF_8));
        letter.headers().add(DeadLetterHeaders.EXCEPTION, "Bad".getBytes(UTF_8));
        for (Header header : more) {
            letter.headers().add(header);
        }
        send(letter);
    }

    private static void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private Path output() {
        return directory.resolve("output");
    }

    /** A job in a Flink of its own that makes checkpoints when it is told to. */
    private record LiveRun(MiniCluster cluster, JobID job) implements AutoCloseable {

        static LiveRun start(PipelineJob pipeline) throws Exception {
            MiniCluster cluster =
                    new MiniCluster(
                            new MiniClusterConfiguration.Builder()
                                    .setConfiguration(
                                            new Configuration().set(RestOptions.BIND_PORT, "0"))
                                    .setNumSlotsPerTaskManager(1)
                                    .build());
            cluster.start();
            Configuration options = new Configuration();
            // Otherwise the first one comes at any time before the interval is over.
            options.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ofMinutes(4));
            StreamGraph graph =
                    pipeline.define(StreamExecutionEnvironment.getExecutionEnvironment(options));
            return new LiveRun(cluster, cluster.submitJob(graph.getJobGraph()).get().getJobID());
        }

        void checkpoint() throws Exception {
            long unused = cluster.triggerCheckpoint(job, CheckpointType.FULL).get();
        }

        @Override
        public void close() throws Exception {
            assertThat(cluster.getJobStatus(job).get()).isEqualTo(JobStatus.RUNNING);
            cluster.cancelJob(job).get();
            cluster.close();
        }
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
