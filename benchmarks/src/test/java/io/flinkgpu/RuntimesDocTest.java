package io.flinkgpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.RuntimeFeature;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.onnx.OnnxRuntime;
import io.flinkgpu.inference.python.PythonRuntime;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the table of docs/runtimes.md to what the runtimes declare; {@code
 * -Dflinkgpu.docs.write=true} writes it anew.
 */
class RuntimesDocTest {

    private static final Path PAGE = Path.of("..", "docs", "runtimes.md");
    private static final String BEGIN = "<!-- generated from ModelRuntime.unsupported() -->\n";
    private static final String END = "<!-- end -->\n";
    private static final List<ModelRuntime> RUNTIMES =
            List.of(
                    new TensorFlowRuntime(),
                    new OnnxRuntime(),
                    new PythonRuntime(),
                    new SimulatedRuntime());

    @Test
    void committedTableIsUpToDate() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("flinkgpu.docs.write")) {
            page = page.substring(0, from) + table() + page.substring(to);
            Files.writeString(PAGE, page);
            to = page.indexOf(END);
        }

        assertThat(page.substring(from, to)).isEqualTo(table());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| a model with |");
        RUNTIMES.forEach(runtime -> table.append(" `%s` |".formatted(runtime.name())));
        table.append("\n|---|").append("---|".repeat(RUNTIMES.size())).append('\n');
        for (RuntimeFeature feature : RuntimeFeature.values()) {
            table.append("| ").append(feature.description()).append(" |");
            RUNTIMES.forEach(
                    runtime ->
                            table.append(
                                    runtime.unsupported().containsKey(feature)
                                            ? " no |"
                                            : " yes |"));
            table.append('\n');
        }
        return table.append('\n').append(reasons()).toString();
    }

    private static String reasons() {
        return RUNTIMES.stream()
                .flatMap(
                        runtime ->
                                runtime.unsupported().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .map(
                                                entry ->
                                                        "- `%s`, %s: %s\n"
                                                                .formatted(
                                                                        runtime.name(),
                                                                        entry.getKey()
                                                                                .description(),
                                                                        entry.getValue())))
                .collect(Collectors.joining());
    }
}
