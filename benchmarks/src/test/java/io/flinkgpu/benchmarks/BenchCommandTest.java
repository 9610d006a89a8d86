package io.flinkgpu.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.cli.CliCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {

    private static final String[] NAMES = {
        "fused-overhead",
        "runtimes",
        "checkpoint-under-load",
        "ledger-overhead",
        "cold-start",
        "naive",
        "separated-overhead",
        "warm-pool",
        "pool-kill",
        "pool-rescale",
        "success-rate",
        "tail",
        "fault-overhead",
        "python-overhead",
        "file-source",
        "dedupe",
        "resume",
        "stuck-run",
        "sql-predict",
        "udf",
        "sql-overhead"
    };

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine bench =
            new CommandLine(new BenchCommand())
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));

    @Test
    void isFoundByTheCommandLineTool() {
        assertThat(ServiceLoader.load(CliCommand.class))
                .hasAtLeastOneElementOfType(BenchCommand.class);
    }

    @Test
    void listsEachScenarioOnce() {
        int exitCode = bench.execute("--list");

        assertThat(exitCode).isZero();
        assertThat(out.toString().lines().map(line -> line.substring(0, line.indexOf(' '))))
                .containsExactly(NAMES);
    }

    @Test
    void unknownScenarioNamesTheKnownOnes() {
        int exitCode = bench.execute("fused-overhaed");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .contains("Invalid scenario: fused-overhaed. Known scenarios are ")
                .contains(NAMES);
    }

    @Test
    void missingScenarioNamesTheKnownOnes() {
        int exitCode = bench.execute("--quick");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("Missing scenario: ").contains(NAMES);
    }

    @Test
    void unknownVariantNamesTheKnownOnes() {
        int exitCode = bench.execute("tail", "--variant", "spilback");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .contains("Invalid --variant: spilback. tail has 'ejection', 'spill-back', ");
    }

    @Test
    void refusesNoRepetitions() {
        int exitCode = bench.execute("naive", "--repetitions", "0");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("Invalid repetitions: 0. They must be at least 1.");
    }

    @Test
    void refusesNegativeModelThreads() {
        int exitCode = bench.execute("naive", "--model-threads", "-1");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("Invalid model threads: -1.");
    }

    @Test
    void refusesReportThatCannotBeWrittenBeforeItMeasures() {
        int exitCode = bench.execute("naive", "--report", directory.toString());

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).contains("Cannot write report " + directory);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void missingModelNamesTheOption() {
        int exitCode = bench.execute("fused-overhead", "--quick", "--model", directory.toString());

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString())
                .contains("Cannot load model '" + directory + "'")
                .contains("--model");
    }
}
