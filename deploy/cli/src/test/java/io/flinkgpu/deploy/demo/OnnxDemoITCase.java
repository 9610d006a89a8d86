package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.pool.PoolCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo with the example's ONNX file, in both modes, beside the demo with its SavedModel. */
class OnnxDemoITCase {

    private static final int IMAGES = 100;
    private static final Path ONNX = DemoCli.DIGITS.resolve("digits.onnx");

    @TempDir private static Path shared;
    private static Path input;
    private static Map<String, JsonNode> expected;
    private static LocalCluster cluster;

    @TempDir private Path directory;

    @BeforeAll
    static void classifyWithTheSavedModel() throws Exception {
        input = TestImages.list(shared, IMAGES);
        DemoCli demo = new DemoCli(Files.createDirectory(shared.resolve("saved-model")));
        demo.run("--input=" + input);
        assertThat(demo.failure()).isEmpty();
        expected = byFile(demo.results());
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.stop();
        }
    }

    @Test
    void givesTheSavedModelsResultsFused() throws Exception {
        DemoCli demo = new DemoCli(directory);

        demo.run("--input=" + input, "--model=" + ONNX);

        assertThat(demo.failure()).isEmpty();
        assertThat(demo.report().path("mode").asText()).isEqualTo("fused");
        assertResults(demo.results());
    }

    @Test
    void givesTheSavedModelsResultsFromAPool() throws Exception {
        String address = startPool();
        DemoCli demo = new DemoCli(directory);

        demo.run("--input=" + input, "--model=" + ONNX, "--mode=separated", "--pool=" + address);

        assertThat(demo.failure()).isEmpty();
        assertThat(demo.report().path("mode").asText()).isEqualTo("separated");
        assertResults(demo.results());
    }

    private static String startPool() throws IOException {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        cluster = LocalCluster.at(shared.resolve("pool"));
        cluster.start(
                ClusterSpec.of(new Distribution(home), ClusterShape.pool(1))
                        .withDevices(GpuDevices.simulated())
                        .withRestPort(0));
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(new PoolCommand())
                        .setOut(new PrintWriter(new StringWriter(), true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "start",
                                "--name=digits",
                                "--model=digits=onnx:" + ONNX,
                                "--replicas=1",
                                "--dir=" + cluster.directory());
        assertThat(exitCode).as(err.toString()).isZero();
        return "flink://" + cluster.address().orElseThrow().rest().getAuthority() + "/digits";
    }

    private static void assertResults(List<JsonNode> results) {
        assertThat(results)
                .hasSize(IMAGES)
                .allSatisfy(
                        row -> {
                            JsonNode same = expected.get(row.path("file").asText());
                            assertThat(row.path("model").asText()).isEqualTo("digits");
                            assertThat(row.path("label")).isEqualTo(same.path("label"));
                            assertThat(row.path("score").asDouble())
                                    .isCloseTo(same.path("score").asDouble(), within(1e-5));
                        });
    }

    private static Map<String, JsonNode> byFile(List<JsonNode> results) {
        Map<String, JsonNode> byFile = new TreeMap<>();
        results.forEach(row -> byFile.put(row.path("file").asText(), row));
        assertThat(byFile).hasSize(IMAGES);
        return byFile;
    }
}
