package io.flinkgpu.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FlinkGpuCliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine cli =
            FlinkGpuCli.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));

    @Test
    void helpGoesToStandardOutputAndSucceeds() {
        int exitCode = cli.execute("--help");

        assertThat(exitCode).isZero();
        assertThat(out.toString()).startsWith("flink-gpu: ").contains("Examples:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpNamesEveryBuiltInCommand() {
        cli.execute("--help");

        assertThat(cli.getSubcommands().keySet())
                .filteredOn(name -> !name.equals("testing"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(out.toString()).contains("\n  " + name + " "));
    }

    @Test
    void noCommandShowsHelpAsWrongUsage() {
        int exitCode = cli.execute();

        assertThat(exitCode).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: ./flink-gpu COMMAND");
    }

    @Test
    void unknownCommandIsWrongUsage() {
        int exitCode = cli.execute("clutser");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("'clutser'");
    }

    @Test
    void groupWithoutSubcommandIsWrongUsage() {
        int exitCode = cli.execute("cluster");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("Try 'flink-gpu cluster --help'.");
    }

    @Test
    void runsServiceLoadedCommand() {
        assertThat(cli.execute("testing")).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void failurePrintsItsMessageWithoutStackTrace() {
        int exitCode = cli.execute("testing", "--fail-with", "Cannot do it: reason.");

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).startsWith("Cannot do it: reason.").doesNotContain("\tat ");
    }

    @Test
    void verboseFailurePrintsStackTrace() {
        int exitCode = cli.execute("testing", "--verbose", "--fail-with", "Cannot do it: reason.");

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.flinkgpu.deploy.cli.TestingCommand");
    }

    @Test
    void failureWithoutMessagePrintsItsType() {
        int exitCode = cli.execute("testing", "--fail-silently");

        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString()).startsWith("java.lang.UnsupportedOperationException");
    }

    @Test
    void printsVersion() {
        assertThat(cli.execute("--version")).isZero();
        assertThat(out.toString()).startsWith("flink-gpu ");
    }
}
