package io.flinkgpu.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on the model of the demo, and on a server of this process. */
@Timeout(120)
class ModelInspectCommandTest {

    private static final Path DIGITS =
            Path.of("src/main/dist/examples/digits/model").toAbsolutePath();

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private String failure = "";

    @Test
    void showsWhatAModelIs() {
        assertThat(run("inspect", DIGITS.toString())).isZero();

        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "MODEL model",
                        "LOCATION " + DIGITS,
                        "RUNTIME tensorflow",
                        "SIGNATURE serving_default",
                        "VERSION 1",
                        "VERSIONS 1",
                        "TENSOR NAME TYPE SHAPE")
                .anyMatch(line -> line.matches("SIZE .* in [0-9]+ files"))
                .anyMatch(line -> line.matches("SHA-256 [0-9a-f]{64}"))
                .anyMatch(line -> line.matches("MEMORY .* of weights on cpu"))
                .anyMatch(line -> line.matches("input .* float32 \\[-1, .*\\]"))
                .anyMatch(line -> line.matches("output .* float32 \\[-1, 10\\]"));
    }

    @Test
    void showsWhatItsFilesSayOfIt() throws Exception {
        Path onnx = DIGITS.resolveSibling("digits.onnx");

        assertThat(run("inspect", onnx.toString())).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("PLATFORM onnxruntime_onnx", "OPSET 17")
                .anyMatch(line -> line.startsWith("PRODUCER_NAME "));

        out.getBuffer().setLength(0);
        assertThat(run("inspect", onnx.toString(), "--json")).isZero();
        JsonNode json = new JsonMapper().readTree(out.toString());
        assertThat(json.path("platform").asText()).isEqualTo("onnxruntime_onnx");
        assertThat(json.path("properties").path("opset").asText()).isEqualTo("17");
    }

    @Test
    void alignsItsColumns() {
        assertThat(run("inspect", DIGITS.toString())).isZero();

        List<String> tensors =
                out.toString().lines().dropWhile(line -> !line.startsWith("TENSOR")).toList();
        int column = tensors.get(0).indexOf("TYPE");
        assertThat(tensors).hasSizeGreaterThan(2);
        assertThat(tensors)
                .allSatisfy(
                        line -> {
                            assertThat(line.charAt(column)).isNotEqualTo(' ');
                            assertThat(line.charAt(column - 1)).isEqualTo(' ');
                        });
    }

    @Test
    void measuresAndSuggestsABatch() throws Exception {
        assertThat(
                        run(
                                "inspect",
                                DIGITS.toString(),
                                "--json",
                                "--measure",
                                "--measure-time=20ms",
                                "--max-batch=4",
                                "--target-latency=1h"))
                .as(failure)
                .isZero();

        JsonNode model = json();
        assertThat(model.path("inputs").path(0).path("type").asText()).isEqualTo("float32");
        assertThat(model.path("sha256").asText()).hasSize(64);
        assertThat(model.path("memoryBytes").asLong()).isPositive();
        assertThat(model.path("measured").findValuesAsText("batch")).containsExactly("1", "2", "4");
        assertThat(model.path("measured").path(2).path("rowsPerSecond").asDouble()).isPositive();
        assertThat(model.path("suggestedBatch").asInt()).isIn(1, 2, 4);
    }

    @Test
    void printsTheTableOfWhatItMeasures() {
        assertThat(
                        run(
                                "inspect",
                                DIGITS.toString(),
                                "--measure",
                                "--measure-time=20ms",
                                "--max-batch=2",
                                "--target-latency=1ns"))
                .isZero();

        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("BATCH RUNS MEDIAN P95 ROWS/S")
                .anyMatch(
                        line -> line.startsWith("Suggested batch: none, no batch answers within"));
    }

    @Test
    void looksAtTheVersionThatIsAskedFor() throws Exception {
        copy(DIGITS, directory.resolve("digits/3"));
        copy(DIGITS, directory.resolve("digits/12"));
        String digits = directory.resolve("digits").toString();

        assertThat(run("inspect", digits, "--json")).isZero();
        assertThat(json().path("version").asText()).isEqualTo("12");
        assertThat(json().path("name").asText()).isEqualTo("digits");
        assertThat(run("inspect", digits, "--json", "--model-version=3")).isZero();
        assertThat(json().path("version").asText()).isEqualTo("3");
        assertThat(json().path("versions")).hasToString("[\"3\",\"12\"]");
        assertThat(run("inspect", digits, "--model-version=4")).isEqualTo(1);
        assertThat(failure)
                .isEqualTo("Invalid --model-version: 4. Model '%s' has [3, 12].".formatted(digits));
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(run("inspect", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(failure).contains("none': there is no such directory.");
        assertThat(run("inspect")).isEqualTo(2);
        assertThat(run("inspect", DIGITS.toString(), "--max-batch=0")).isEqualTo(1);
        assertThat(failure).isEqualTo("Invalid --max-batch: 0. It must be at least 1.");
    }

    @Test
    void asksAPool() throws Exception {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        ReplicaServer server =
                new ReplicaServer(
                        ReplicaServerConfig.from(new Configuration(), "localhost"),
                        new ModelHost(List.of(new SimulatedRuntime()), timer),
                        new DeviceLeaseTable(),
                        timer);
        SimulatedModel echo = SimulatedModel.named("echo").ofRows(DataType.FLOAT32, Shape.of(2));
        try (ReplicaLease lease =
                server.lease(
                        new ReplicaRequest("pool", Map.of("echo", echo.ref()), 8, 1, null),
                        List.of(),
                        "test")) {
            lease.ready().get(30, TimeUnit.SECONDS);
            String pool = "--pool=static://" + server.address().orElseThrow();

            assertThat(
                            run(
                                    "inspect",
                                    "echo",
                                    pool,
                                    "--json",
                                    "--measure",
                                    "--measure-time=20ms",
                                    "--max-batch=2"))
                    .as(failure)
                    .isZero();
            assertThat(json().path("inputs").path(0).path("name").asText()).isEqualTo("input");
            assertThat(json().path("measured")).hasSize(2);
            assertThat(run("inspect", "other", pool, "--timeout=1")).isEqualTo(1);
            assertThat(failure).contains("other");
        } finally {
            server.drain().get(30, TimeUnit.SECONDS);
            timer.shutdownNow();
        }
    }

    private JsonNode json() throws IOException {
        return new JsonMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        StringWriter err = new StringWriter();
        CommandLine command =
                new CommandLine(new ModelCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setExecutionExceptionHandler(
                                (problem, commandLine, parsed) -> {
                                    failure = problem.getMessage();
                                    return 1;
                                });
        return command.execute(arguments);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                Files.createDirectories(target.getParent());
                if (!Files.isDirectory(path)) {
                    Files.copy(path, target);
                }
            }
        }
    }
}
