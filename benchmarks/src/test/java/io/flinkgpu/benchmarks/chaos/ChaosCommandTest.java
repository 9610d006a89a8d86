package io.flinkgpu.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.cli.CliCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ChaosCommandTest {

    @Test
    void isFoundByTheCommandLineTool() {
        assertThat(ServiceLoader.load(CliCommand.class))
                .hasAtLeastOneElementOfType(ChaosCommand.class);
    }

    @Test
    void refusesTooFewMinutes() {
        StringWriter err = new StringWriter();
        CommandLine chaos = new CommandLine(new ChaosCommand()).setErr(new PrintWriter(err, true));

        int exitCode = chaos.execute("--minutes", "0.1");

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).contains("Invalid --minutes: 0.1. It must be at least 0.5.");
    }
}
