package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
        StringWriter err = new StringWriter();

        int exitCode =
                new CommandLine(new JobRunCommand())
                        .setOut(new PrintWriter(new StringWriter()))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                JOB_FILE.toString(),
                                "--cluster",
                                "--cluster-dir=" + clusterDirectory,
                                "--ledger=none",
                                "--set=INPUT=" + TestImages.list(directory, 200),
                                "--set=OUTPUT=" + directory.resolve("output"));

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(results(directory.resolve("output"))).hasSize(200);
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
