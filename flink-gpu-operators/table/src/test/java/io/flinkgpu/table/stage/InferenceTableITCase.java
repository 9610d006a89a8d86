package io.flinkgpu.table.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.DeviceFaults;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.state.CheckpointDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceTableITCase {

    private static final int ROWS = 100;
    private static final Duration STALL = Duration.ofSeconds(5);
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final String COLUMNS = "id BIGINT, pixels ARRAY<FLOAT>, answer ARRAY<FLOAT>";
    private static final String ROW_OF_IMAGE = "SELECT id, ARRAY[CAST(id AS FLOAT)] FROM images";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path directory;
    private StreamExecutionEnvironment environment;
    private StreamTableEnvironment tables;

    @BeforeEach
    void createTables() {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(1);
        tables = StreamTableEnvironment.create(environment);
        tables.executeSql(
                "CREATE TABLE images (id BIGINT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '%d')"
                        .formatted(ROWS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAreWrittenWithTheRowsThatAQueryInserts(boolean areObjectsReused) throws Exception {
        tables.getConfig().set(PipelineOptions.OBJECT_REUSE, areObjectsReused);
        tables.executeSql(scored().sql());

        tables.executeSql("INSERT INTO scored (id, pixels) " + ROW_OF_IMAGE).await();

        assertThat(lines("scored"))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, ROWS)
                                .mapToObj(id -> "%d,%d.0,%d.0".formatted(id, id, id))
                                .toList());
    }

    @Test
    void answersComeWithTheRowsOfTheTableBehind() throws Exception {
        tables.executeSql(
                ofImages(SimulatedModel.named("echo").ref())
                        .with("parallelism", "2")
                        .with("output-mode", "UNORDERED")
                        .sql());

        List<Row> rows = rows("SELECT id, pixels, answer FROM answers");

        assertThat(rows).hasSize(ROWS);
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.getField(2)).isEqualTo(row.getField(1)))
                .extracting(row -> row.getField(0))
                .doesNotHaveDuplicates();
    }

    @Test
    void rowsThatFailAreWrittenIntoTheirTable() throws Exception {
        tables.executeSql(
                scored(poisonous())
                        .with("dead-letters.connector", "filesystem")
                        .with("dead-letters.path", path("failed").toUri().toString())
                        .with("dead-letters.format", "csv")
                        .sql());

        tables.executeSql(
                        "INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST(id / 10.0 AS FLOAT)] FROM images")
                .await();

        assertThat(lines("scored")).hasSize(ROWS - 4);
        assertThat(lines("failed"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("UNKNOWN").contains("poison"))
                .extracting(line -> line.substring(0, line.indexOf(',')))
                .containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void sinksThatCommitTakeRowsThatFail() throws Exception {
        tables.executeSql(
                scored(poisonous())
                        .with("dead-letters.connector", "testing")
                        .with("dead-letters.path", path("failed").toUri().toString())
                        .sql());

        tables.executeSql(
                        "INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST(id / 10.0 AS FLOAT)] FROM images")
                .await();

        assertThat(lines("scored")).hasSize(ROWS - 4);
        assertThat(lines("failed")).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    /** The model is slower than the rows come: some wait for it in each checkpoint. */
    @Test
    void rowsAreWrittenOnceWhereverTheyAreWhenAJobFails() throws Exception {
        FailsOnce.FAILED.set(false);
        tables.getConfig()
                .set("restart-strategy.type", "fixed-delay")
                .set("restart-strategy.fixed-delay.delay", "100 ms");
        tables.createTemporarySystemFunction("fails_once", FailsOnce.class);
        tables.executeSql(
                "CREATE TABLE slow_images (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '40', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '%d')"
                        .formatted(ROWS));
        tables.executeSql(
                scored(poisonous(SimulatedModel.named("slow").taking(SLOW, Duration.ZERO)))
                        .with("model.batch.max-size", "4")
                        .with("dead-letters.connector", "filesystem")
                        .with("dead-letters.path", path("failed").toUri().toString())
                        .with("dead-letters.format", "csv")
                        .sql());

        tables.executeSql(
                        "INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST((40 - fails_once(id, 60)) / 10.0 AS FLOAT)] FROM slow_images")
                .await();

        assertThat(FailsOnce.FAILED).isTrue();
        assertThat(ids("failed")).containsExactly(36L, 37L, 38L, 39L);
        assertThat(ids("scored"))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, ROWS)
                                .filter(id -> id < 36 || id > 39)
                                .boxed()
                                .toList());
    }

    @Test
    void compiledPlansNameEachOperator() throws Exception {
        tables.executeSql(
                scored(poisonous())
                        .with("dead-letters.connector", "filesystem")
                        .with("dead-letters.path", path("failed").toUri().toString())
                        .with("dead-letters.format", "csv")
                        .sql());
        Path plan = directory.resolve("plan.json");
        tables.executeSql(
                "COMPILE PLAN '%s' FOR INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST(id / 10.0 AS FLOAT)] FROM images"
                        .formatted(plan.toUri()));

        tables.executeSql("EXECUTE PLAN '%s'".formatted(plan.toUri())).await();

        assertThat(lines("scored")).hasSize(ROWS - 4);
        assertThat(ids("failed")).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void failuresStandInTheErrorColumn() throws Exception {
        tables.executeSql(
                TestingStageTable.named(
                                "scored",
                                COLUMNS + ", error ROW<class STRING, message STRING, attempts INT>")
                        .echo(poisonous())
                        .with("outputs", "answer;error")
                        .with("model.error-column", "error")
                        .with("table.connector", "filesystem")
                        .with("table.path", path("scored").toUri().toString())
                        .with("table.format", "csv")
                        .sql());

        tables.executeSql(
                        "INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST(id / 10.0 AS FLOAT)] FROM images")
                .await();

        List<String> lines = lines("scored");
        assertThat(lines).hasSize(ROWS);
        assertThat(lines.stream().filter(line -> line.contains("UNKNOWN;")))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("poison"));
    }

    /** The newest row of a key must be written last, whatever other keys share its batches. */
    @Test
    void rowsOfAKeyKeepTheirOrderOverAllSubtasks() throws Exception {
        int keys = 7;
        tables.createTemporaryView(
                "versions", tables.fromDataStream(environment.fromSequence(0, 699)).as("version"));
        tables.executeSql(
                TestingStageTable.named("scored", COLUMNS + ", PRIMARY KEY (id) NOT ENFORCED")
                        .echo(
                                SimulatedModel.named("keys")
                                        .taking(Duration.ofMillis(2), Duration.ofMillis(1))
                                        .ref())
                        .with("parallelism", "2")
                        .with("model.batch.max-size", "5")
                        .with("table.connector", "filesystem")
                        .with("table.path", path("scored").toUri().toString())
                        .with("table.format", "csv")
                        .with("table.sink.parallelism", "1")
                        .sql());

        tables.executeSql(
                        "INSERT INTO scored (id, pixels) SELECT MOD(version, %d), ARRAY[CAST(version AS FLOAT)] FROM versions"
                                .formatted(keys))
                .await();

        Map<String, List<Double>> versions =
                linesInOrder("scored").stream()
                        .map(line -> line.split(","))
                        .collect(
                                Collectors.groupingBy(
                                        columns -> columns[0],
                                        Collectors.mapping(
                                                columns -> Double.valueOf(columns[2]),
                                                Collectors.toList())));
        assertThat(versions).hasSize(keys);
        assertThat(versions.values())
                .allSatisfy(ofKey -> assertThat(ofKey).hasSize(100).isSorted());
    }

    /** Flink's own asynchronous operator holds them as long as its places are taken. */
    @Test
    void checkpointsPassWhileTheModelStalls(@InjectMiniCluster MiniCluster cluster)
            throws Exception {
        Path faults = Files.createDirectory(directory.resolve("stalls"));
        DeviceFaults.hanging(STALL).injectInto(faults, DeviceFaults.ALL);
        // a source function, as datagen's, holds checkpoints by itself when it is held up
        tables.createTemporaryView(
                "numbers", tables.fromDataStream(environment.fromSequence(1, 1_000_000)).as("id"));
        tables.executeSql(
                scored(FaultInjection.into(SimulatedModel.named("stalls").ref(), faults).ref())
                        .with("model.batch.max-size", "2")
                        .with("model.capacity", "4")
                        .sql());

        JobClient job =
                tables.executeSql(
                                "INSERT INTO scored (id, pixels) SELECT id, ARRAY[CAST(id AS FLOAT)] FROM numbers")
                        .getJobClient()
                        .orElseThrow();

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () ->
                                assertThat(completedCheckpoints(cluster, job))
                                        .anySatisfy(InferenceTableITCase::overtookRows));
        job.cancel().get();
        DeviceFaults.heal(faults, DeviceFaults.ALL);
    }

    private TestingStageTable scored() {
        return scored(SimulatedModel.named("echo").ref());
    }

    private TestingStageTable scored(ModelRef model) {
        return TestingStageTable.named("scored", COLUMNS)
                .echo(model)
                .with("table.connector", "filesystem")
                .with("table.path", path("scored").toUri().toString())
                .with("table.format", "csv");
    }

    private TestingStageTable ofImages(ModelRef model) throws IOException {
        Path files = Files.createDirectory(path("images"));
        for (int part = 0; part < 2; part++) {
            int first = part * ROWS / 2 + 1;
            Files.write(
                    files.resolve("part-" + part + ".csv"),
                    IntStream.range(first, first + ROWS / 2)
                            .mapToObj(id -> "%d,%d.5;2.0".formatted(id, id))
                            .toList());
        }
        return TestingStageTable.named("answers", COLUMNS)
                .echo(model)
                .with("table.connector", "filesystem")
                .with("table.path", files.toUri().toString())
                .with("table.format", "csv");
    }

    private ModelRef poisonous() throws IOException {
        return poisonous(SimulatedModel.named("poisonous"));
    }

    /** Fails rows whose value is above 0 and below 0.45. */
    private ModelRef poisonous(SimulatedModel model) throws IOException {
        Path faults = Files.createDirectory(directory.resolve("faults"));
        return FaultInjection.into(model.ref(), faults).withPoison(0.45).ref();
    }

    private Path path(String table) {
        return directory.resolve(table);
    }

    private List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> results = tables.executeSql(query).collect()) {
            results.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** Rows that wait for a place are in the checkpoint, which did not wait for one. */
    private static void overtookRows(AbstractCheckpointStats checkpoint) {
        assertThat(checkpoint.getPersistedData()).isPositive();
        assertThat(checkpoint.getEndToEndDuration()).isLessThan(STALL.toMillis() / 2);
    }

    private static List<AbstractCheckpointStats> completedCheckpoints(
            MiniCluster cluster, JobClient job) throws Exception {
        return cluster
                .getExecutionGraph(job.getJobID())
                .get()
                .getCheckpointStatsSnapshot()
                .getHistory()
                .getCheckpoints()
                .stream()
                .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.COMPLETED)
                .toList();
    }

    /** Of the files that are committed. */
    private List<String> lines(String table) throws IOException {
        return lines(table, Comparator.naturalOrder());
    }

    /** As one subtask has written them: it counts its files. */
    private List<String> linesInOrder(String table) throws IOException {
        return lines(
                table,
                Comparator.comparingInt(
                        file -> {
                            String name = file.getFileName().toString();
                            return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
                        }));
    }

    private List<String> lines(String table, Comparator<Path> order) throws IOException {
        Path path = path(table);
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(order)
                    .flatMap(InferenceTableITCase::linesOf)
                    .toList();
        }
    }

    /** Of the first column, in order. */
    private List<Long> ids(String table) throws IOException {
        return lines(table).stream()
                .map(line -> Long.valueOf(line.substring(0, line.indexOf(','))))
                .sorted()
                .toList();
    }

    private static Stream<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a number back, and fails the job when it first sees a certain one. */
    public static final class FailsOnce extends ScalarFunction {

        private static final long serialVersionUID = 1L;

        static final AtomicBoolean FAILED = new AtomicBoolean();

        public Long eval(Long number, Long fatal) {
            if (number.equals(fatal) && FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("It fails once.");
            }
            return number;
        }
    }
}
