package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job in a Flink of this process. */
class DemoITCase {

    @TempDir private Path directory;
    private DemoCli demo;

    @BeforeEach
    void useDirectory() {
        demo = new DemoCli(directory);
    }

    @Test
    void classifiesDigitsAndReports() throws Exception {
        Path input = TestImages.list(directory, 200);

        int exitCode = demo.run("--input=" + input, "--repeat=3", "--batch-size=16");

        assertThat(demo.failure()).isEmpty();
        assertThat(exitCode).isZero();
        assertReport(demo.report());
        assertResults(demo.results());
        assertThat(demo.printed())
                .contains("Web UI: http://")
                .contains("Rows: 600 in, 600 classified, 0 dead letters.");
    }

    @Test
    void reportsNoAccuracyWhereDirectoriesAreNoLabels() throws Exception {
        Path input = TestImages.testFiles(1).get(0);
        Path unlabelled = Files.copy(input, directory.resolve("digit.jpg"));

        demo.run("--input=" + unlabelled, "--parallelism=1");

        assertThat(demo.failure()).isEmpty();
        assertThat(demo.report().has("accuracy")).isFalse();
        assertThat(demo.report().path("rowsOut").asInt()).isOne();
    }

    private static void assertReport(JsonNode report) {
        assertThat(report.fieldNames())
                .toIterable()
                .containsExactly(
                        "mode",
                        "accelerator",
                        "rowsIn",
                        "rowsOut",
                        "deadLetters",
                        "accuracy",
                        "seconds",
                        "rowsPerSecond",
                        "meanBatchSize",
                        "checkpoints",
                        "restarts",
                        "placement");
        assertThat(report.path("mode").asText()).isEqualTo("fused");
        assertThat(report.path("accelerator").asText()).isEqualTo("simulated");
        assertThat(report.path("rowsIn").asLong()).isEqualTo(600);
        assertThat(report.path("rowsOut").asLong()).isEqualTo(600);
        assertThat(report.path("deadLetters").asLong()).isZero();
        assertThat(report.path("accuracy").asDouble()).isBetween(0.97, 1.0);
        assertThat(report.path("meanBatchSize").asDouble()).isBetween(1.0, 16.0);
        assertThat(report.path("rowsPerSecond").asDouble())
                .isEqualTo(600 / report.path("seconds").asDouble());
        assertThat(report.path("restarts").asInt()).isZero();
        assertCheckpoints(report.path("checkpoints"));
        assertThat(report.path("placement"))
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(
                        place ->
                                assertThat(place.path("taskManagers")).containsExactly(intNode(2)));
    }

    private static void assertCheckpoints(JsonNode checkpoints) {
        assertThat(checkpoints.fieldNames())
                .toIterable()
                .containsExactly("completed", "p50Millis", "p99Millis", "maxMillis");
        assertThat(checkpoints.path("completed").asInt()).isPositive();
        assertThat(checkpoints.path("maxMillis").asLong())
                .isPositive()
                .isGreaterThanOrEqualTo(checkpoints.path("p99Millis").asLong());
    }

    private static void assertResults(List<JsonNode> results) {
        assertThat(results)
                .hasSize(600)
                .allSatisfy(
                        row -> {
                            assertThat(row.fieldNames())
                                    .toIterable()
                                    .containsExactly("file", "label", "score", "model", "batch");
                            assertThat(row.path("label").asInt()).isBetween(0, 9);
                            assertThat(row.path("score").asDouble()).isBetween(0.1, 1.0);
                            assertThat(row.path("model").asText()).isEqualTo("model");
                            assertThat(row.path("batch").asInt()).isBetween(1, 16);
                        });
        assertThat(
                        results.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                row -> row.path("file"), Collectors.counting())))
                .hasSize(200)
                .allSatisfy((file, times) -> assertThat(times).isEqualTo(3));
    }

    private static JsonNode intNode(int value) {
        return IntNode.valueOf(value);
    }
}
