package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.resume.ResumeCommand;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The demo, the example by itself, and job files, on real processes of the assembled distribution.
 */
class ClusterDemoITCase {

    private static final Path JOB_FILE = Path.of("src/main/dist/examples/jobs/digits.yaml");

    @TempDir private static Path clusterDirectory;
    private static LocalCluster cluster;

    @TempDir private Path directory;

    @BeforeAll
    static void startCluster() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        System.setProperty(Distribution.HOME_PROPERTY, home.toString());
        cluster = LocalCluster.at(clusterDirectory);
        cluster.start(
                ClusterSpec.of(new Distribution(home))
                        .withDevices(GpuDevices.simulated())
                        .withRestPort(0));
    }

    @AfterAll
    static void stopCluster() {
        System.clearProperty(Distribution.HOME_PROPERTY);
        if (cluster != null) {
            cluster.stop();
        }
    }

    @Test
    void placesDecodingOnCpuAndInferenceOnGpuTaskManagers() throws Exception {
        DemoCli demo = new DemoCli(directory);

        int exitCode =
                demo.run(
                        "--cluster",
                        "--cluster-dir=" + clusterDirectory,
                        "--input=" + TestImages.list(directory, 200),
                        "--repeat=5");

        assertThat(demo.failure()).isEmpty();
        assertThat(exitCode).isZero();
        JsonNode report = demo.report();
        assertThat(report.path("rowsIn").asInt()).isEqualTo(1000);
        assertThat(report.path("rowsOut").asInt()).isEqualTo(1000);
        assertThat(report.path("accuracy").asDouble()).isGreaterThanOrEqualTo(0.97);
        assertThat(report.path("accelerator").asText()).isEqualTo("simulated");
        assertThat(report.path("checkpoints").path("completed").asInt()).isPositive();
        assertThat(taskManagers(report, "decode")).isEqualTo(Set.of("cpu-1"));
        assertThat(taskManagers(report, "classify")).isEqualTo(Set.of("gpu-1", "gpu-2"));
    }

    @Test
    void runsTheJarOfTheExample() throws Exception {
        Path output = directory.resolve("output");

        run(
                Distribution.current().digitsJobJar(),
                "--input",
                TestImages.list(directory, 200).toString(),
                "--model",
                DemoCli.DIGITS.resolve("model").toString(),
                "--profiles",
                DemoCli.DIGITS.resolve("profiles.yaml").toString(),
                "--output",
                output.toString());

        assertThat(results(output)).hasSize(200);
    }

    @Test
    void runsAJobFile() throws Exception {
        execute(
                new JobRunCommand(),
                JOB_FILE.toString(),
                "--cluster",
                "--cluster-dir=" + clusterDirectory,
                "--ledger=none",
                "--set=INPUT=" + TestImages.list(directory, 200),
                "--set=OUTPUT=" + directory.resolve("output"));

        assertThat(results(directory.resolve("output"))).hasSize(200);
    }

    /** The ledger's path is relative to this process, whose directory is not the job manager's. */
    @Test
    void resumesAJobFile() throws Exception {
        int rows = 1_500;
        Path file =
                Files.writeString(
                        directory.resolve("numbers.yaml"),
                        """
                        name: numbers
                        profile: cpu
                        profiles:
                          cpu: {cpu-cores: 0.5, task-heap: 256 mb, managed: 16 mb}
                          gpu: {cpu-cores: 0.5, task-heap: 128 mb, task-off-heap: 512 mb, gpus: 0.5}
                        checkpoints: {interval: 200 ms, directory: checkpoints}
                        sources:
                          - name: rows
                            type: datagen
                            config:
                              rows: %d
                              rows-per-second: 300
                              fields:
                                id: {type: bigint, kind: sequence}
                                pixels: {type: array<float>, length: 1024}
                        steps:
                          - {name: classify, type: infer, input: rows, profile: gpu, config: {model: %s, inputs: {image: pixels}, outputs: {label: label}, drop: pixels}}
                        sinks:
                          - {name: results, type: json-lines, input: classify, config: {path: results}}
                        """
                                .formatted(rows, DemoCli.DIGITS.resolve("model")));
        Path database = directory.resolve("ledger.db");
        Path relative = Path.of("").toAbsolutePath().relativize(database);
        String ledger = "--ledger=jdbc:sqlite:" + relative;

        execute(
                new JobRunCommand(),
                file.toString(),
                "--cluster",
                "--cluster-dir=" + clusterDirectory,
                "--detach",
                ledger);
        Run first =
                awaitRun(
                        database,
                        run -> run.progress().stream().anyMatch(stage -> stage.rowsOut() > 0));
        new FlinkRestClient(cluster.address().orElseThrow().rest())
                .cancel(JobID.fromHexString(first.begun().job().id()));
        awaitRun(database, run -> run.ended() != null);
        execute(new ResumeCommand(), "numbers", ledger);

        Run resumed = awaitRun(database, run -> run.ended() != null);
        assertThat(resumed.begun().origin().run()).isEqualTo(first.id());
        assertThat(resumed.ended().outcome()).isEqualTo(RunOutcome.FINISHED);
        assertThat(resumed.stages())
                .singleElement()
                .satisfies(stage -> assertThat(stage.model().checksum()).matches("[0-9a-f]{64}"));
        assertThat(results(directory))
                .extracting(row -> row.path("id").asInt())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
    }

    @Test
    void runsTheJarOfJobFiles() throws Exception {
        Path output = directory.resolve("output");
        Path file =
                Files.writeString(
                        directory.resolve("digits.yaml"),
                        Files.readString(JOB_FILE)
                                .replace("${OUTPUT}", output.toString())
                                .replaceFirst(
                                        "\\$\\{INPUT:-[^}]*}",
                                        TestImages.list(directory, 200).toString())
                                .replace("../digits", DemoCli.DIGITS.toString()));

        run(Distribution.current().jobFilesJar(), "--config", file.toString());

        assertThat(results(output)).hasSize(200);
    }

    @Test
    void refusesProfileLargerThanAnyTaskManager() throws Exception {
        Path profiles =
                Files.writeString(
                        directory.resolve("profiles.yaml"),
                        """
                        profiles:
                          decode: {cpu-cores: 0.5, task-heap: 64 mb}
                          inference: {cpu-cores: 0.5, task-heap: 64 mb, task-off-heap: 64 gb, gpus: 1}
                        """);
        DemoCli demo = new DemoCli(directory);
        long start = System.nanoTime();

        int exitCode =
                demo.run(
                        "--cluster",
                        "--cluster-dir=" + clusterDirectory,
                        "--input=" + TestImages.list(directory, 1),
                        "--profiles=" + profiles);

        assertThat(exitCode).isOne();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        assertThat(demo.failure())
                .startsWith("Cannot place profile 'inference'")
                .contains("cpu-1 (", "gpu-1 (", "gpu-2 (");
    }

    @Test
    void failsWhereModelLacksSignature() throws Exception {
        DemoCli demo = new DemoCli(directory);

        int exitCode =
                demo.run(
                        "--cluster",
                        "--cluster-dir=" + clusterDirectory,
                        "--input=" + TestImages.list(directory, 1),
                        "--signature=classify_all");

        assertThat(exitCode).isOne();
        assertThat(demo.failure()).contains("it has no signature 'classify_all'");
    }

    @Test
    void tellsHowToStartClusterThatDoesNotRun() throws Exception {
        DemoCli demo = new DemoCli(directory);

        int exitCode =
                demo.run(
                        "--cluster",
                        "--cluster-dir=" + directory.resolve("none"),
                        "--input=" + TestImages.list(directory, 1));

        assertThat(exitCode).isOne();
        assertThat(demo.failure())
                .startsWith("Cannot use the local cluster: none runs in ")
                .endsWith("Run './flink-gpu cluster up' first.");
    }

    private static void execute(Object command, String... arguments) {
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(command)
                        .setOut(new PrintWriter(new StringWriter()))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        assertThat(exitCode).as(err.toString()).isZero();
    }

    private static Run awaitRun(Path database, Predicate<Run> condition) throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(database));
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of("jdbc:sqlite:" + database))) {
            return await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> ledger.runs(1),
                            runs -> runs.stream().findFirst().filter(condition).isPresent())
                    .get(0);
        }
    }

    private static Set<String> taskManagers(JsonNode report, String operator) {
        List<String> ids = new ArrayList<>();
        report.path("placement")
                .forEach(
                        place -> {
                            if (place.path("vertex").asText().contains(operator)) {
                                place.path("taskManagers").fieldNames().forEachRemaining(ids::add);
                            }
                        });
        return Set.copyOf(ids);
    }

    /** As Flink's own client runs a jar. */
    private static void run(Path jar, String... arguments) throws Exception {
        JobSubmitter submitter =
                new JobSubmitter(cluster.address().orElseThrow().rest()).withJar(jar);
        Configuration configuration = submitter.configuration();
        try (PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setJarFile(jar.toFile())
                        .setArguments(arguments)
                        .setConfiguration(configuration)
                        .build()) {
            Pipeline job =
                    PackagedProgramUtils.getPipelineFromProgram(program, configuration, 2, false);
            submitter.submit(job).result().get();
        }
    }

    private static List<JsonNode> results(Path output) throws Exception {
        try (Stream<JsonNode> results =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(output.resolve("results").toUri()))) {
            return results.toList();
        }
    }
}
