package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digits by the numpy class and by the TensorFlow model. */
class PythonDemoITCase {

    private static final String CODE = DemoCli.DIGITS.resolve("digits.py") + ":Digits";

    @TempDir private Path directory;

    @BeforeEach
    void requirePython() throws Exception {
        Process python = new ProcessBuilder("python3", "-c", "import numpy").start();
        assumeTrue(python.waitFor() == 0, "skipped: python3 has no numpy, or is missing");
    }

    @Test
    void aPythonClassGivesTheSameLabels() throws Exception {
        Path input = TestImages.list(directory, 200);

        Map<String, Integer> tensorFlow = labels(run("tensorflow", "--input=" + input));
        DemoCli python = run("python", "--input=" + input, "--model=" + CODE);

        assertThat(labels(python)).hasSize(200).isEqualTo(tensorFlow);
        assertThat(python.report().path("accuracy").asDouble()).isBetween(0.97, 1.0);
        assertThat(python.results())
                .allSatisfy(row -> assertThat(row.path("model").asText()).isEqualTo("Digits"));
    }

    private DemoCli run(String name, String... arguments) throws Exception {
        DemoCli demo = new DemoCli(Files.createDirectory(directory.resolve(name)));
        int exitCode = demo.run(arguments);
        assertThat(demo.failure()).isEmpty();
        assertThat(exitCode).isZero();
        return demo;
    }

    private static Map<String, Integer> labels(DemoCli demo) throws Exception {
        Map<String, Integer> labels = new TreeMap<>();
        for (JsonNode row : demo.results()) {
            labels.put(row.path("file").asText(), row.path("label").asInt());
        }
        return labels;
    }
}
