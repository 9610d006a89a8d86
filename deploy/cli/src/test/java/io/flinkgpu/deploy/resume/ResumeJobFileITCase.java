package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A job file that is run in this process, interrupted, and resumed by its name. */
@Timeout(180)
class ResumeJobFileITCase {

    private static final Path EXAMPLES = Path.of("src/main/dist/examples").toAbsolutePath();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int IMAGES = 500;
    // Each image many times, so that the job lasts for some checkpoints.
    private static final int REPEAT = 100;

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void goesOnWithAnInterruptedRun() throws Exception {
        Path file = Files.createDirectories(directory.resolve("jobs")).resolve("digits.yaml");
        String text =
                Files.readString(EXAMPLES.resolve("jobs/digits.yaml"))
                        .replace("checkpoints:", "checkpoints:\n  interval: 100 ms")
                        .replace("../digits", EXAMPLES.resolve("digits").toString())
                        .replace("extensions:", "repeat: %d\n      extensions:".formatted(REPEAT));
        Files.writeString(file, text);
        interruptAfterACheckpoint(file);
        Run interrupted = run();
        Files.writeString(file, "name: another");

        int exitCode = execute(new ResumeCommand(), "digits", "--simulated", "--parallelism=1");

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "Going on from checkpoint ",
                        " of run " + interrupted.id(),
                        "digits.yaml has changed since; the run's own text is taken.");
        assertThat(timesByFile().values()).hasSize(IMAGES).containsOnly(REPEAT);
        try (RunLedger ledger = ledger()) {
            Run resumed = run();
            assertThat(resumed.ended().outcome()).isEqualTo(RunOutcome.FINISHED);
            assertThat(resumed.begun().origin().run()).isEqualTo(interrupted.id());
            Program program = ledger.submission(resumed.id()).orElseThrow().program();
            assertThat(program)
                    .isEqualTo(
                            Program.jobFile(
                                    file.toString(),
                                    text,
                                    Map.of(
                                            "INPUT", input().toString(),
                                            "OUTPUT", output().toString())));
            assertThat(ledger.history(resumed.id()).positions())
                    .extracting(LedgerEntry.SinkPosition::sink, LedgerEntry.SinkPosition::kind)
                    .contains(tuple("results", "files"));
        }
    }

    /** As a terminal does by an interrupt. */
    private void interruptAfterACheckpoint(Path file) throws Exception {
        writeInput();
        Thread running =
                new Thread(
                        () ->
                                execute(
                                        new JobRunCommand(),
                                        file.toString(),
                                        "--simulated",
                                        "--set=INPUT=" + input(),
                                        "--set=OUTPUT=" + output()));
        running.start();
        await().atMost(LONG).until(this::hasCheckpoint);
        running.interrupt();
        running.join();
    }

    private boolean hasCheckpoint() throws Exception {
        if (!Files.exists(directory.resolve("ledger.db"))) {
            return false;
        }
        try (RunLedger ledger = ledger()) {
            List<Run> runs = ledger.runs(1);
            return !runs.isEmpty()
                    && runs.get(0).progress().stream().anyMatch(stage -> stage.rowsOut() > 0);
        }
    }

    private Run run() throws Exception {
        try (RunLedger ledger = ledger()) {
            return ledger.run("digits").orElseThrow();
        }
    }

    private RunLedger ledger() throws Exception {
        return RunLedger.open(LedgerConfig.of("jdbc:sqlite:" + directory.resolve("ledger.db")));
    }

    private int execute(Object command, String... arguments) {
        List<String> all =
                Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--ledger=jdbc:sqlite:" + directory.resolve("ledger.db")))
                        .toList();
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private void writeInput() throws Exception {
        Path digits = EXAMPLES.resolve("digits");
        try (Stream<String> files = Files.lines(digits.resolve("test.txt"))) {
            Files.write(
                    input(),
                    files.limit(IMAGES)
                            .map(digits::resolve)
                            .map(file -> directory.relativize(file).toString())
                            .toList());
        }
    }

    private Path input() {
        return directory.resolve("files.txt");
    }

    private Path output() {
        return directory.resolve("output");
    }

    private Map<String, Integer> timesByFile() throws Exception {
        try (Stream<JsonNode> rows =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(output().resolve("results").toUri()))) {
            return rows.map(row -> row.path("file").asText())
                    .collect(Collectors.toMap(Function.identity(), row -> 1, Integer::sum));
        }
    }
}
