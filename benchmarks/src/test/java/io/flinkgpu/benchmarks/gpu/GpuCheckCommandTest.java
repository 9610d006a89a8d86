package io.flinkgpu.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GpuCheckCommandTest {

    private final StringWriter out = new StringWriter();
    @TempDir private Path directory;

    @Test
    void skipsWhereTheInterpreterHasNoPyTorch() {
        int exitCode = run("--simulated", "--python", "false");

        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .isEqualToIgnoringNewLines(
                        "Skipped: false has no PyTorch. Name another interpreter with --python.");
    }

    @Test
    void skipsWhereThereIsNoInterpreter() {
        assertThat(run("--simulated", "--python", "no-such-python")).isZero();
        assertThat(out.toString()).startsWith("Skipped: no-such-python has no PyTorch.");
    }

    @Test
    void writesNoReportOfWhatItSkipped() {
        Path report = directory.resolve("report.json");

        run("--simulated", "--python", "false", "--report", report.toString());

        assertThat(Files.exists(report)).isFalse();
    }

    private int run(String... arguments) {
        return new CommandLine(new GpuCheckCommand())
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }
}
