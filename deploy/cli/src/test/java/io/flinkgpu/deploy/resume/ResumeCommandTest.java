package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flinkgpu.deploy.runs.TestingCheckpoint;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import io.flinkgpu.state.ledger.Submission;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command refuses, and what it says before it submits anything. */
class ResumeCommandTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String JOB = "00".repeat(16);
    private static final String STAGE = "0a0b";

    @TempDir private Path directory;
    private RunLedger ledger;

    @BeforeEach
    void open() throws Exception {
        ledger = RunLedger.open(LedgerConfig.of(url()));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void refusesARunThatHasFinished() throws Exception {
        record(begun("run-1", START), ended("run-1", RunOutcome.FINISHED));

        assertThat(resume("digits").err())
                .isEqualTo(
                        "Cannot resume run run-1: it has finished, and there is nothing left to do.\n");
    }

    @Test
    void refusesARunWhoseJobLives() throws Exception {
        HttpServer flink = flink(200, "{\"status\":\"RUNNING\"}");
        try {
            record(begun("run-1", START), submitted("run-1", address(flink), null));
            record(completed("run-1", 1));

            assertThat(resume("digits").err())
                    .startsWith(
                            "Cannot resume run run-1: its job %s is RUNNING at %s. Cancel its job first"
                                    .formatted(JOB, address(flink)));
            assertThat(resume("digits", "--force").out()).startsWith("Going on from checkpoint 1");
        } finally {
            flink.stop(0);
        }
    }

    @Test
    void goesOnWhereFlinkDoesNotKnowTheJob() throws Exception {
        HttpServer flink = flink(404, "{\"errors\":[\"Job not found\"]}");
        try {
            record(begun("run-1", Instant.now()), submitted("run-1", address(flink), null));
            record(completed("run-1", 1));

            assertThat(resume("digits").out()).startsWith("Going on from checkpoint 1");
        } finally {
            flink.stop(0);
        }
    }

    @Test
    void refusesARunWhoseFlinkCannotTell() throws Exception {
        HttpServer flink = flink(503, "{\"errors\":[\"Not yet\"]}");
        try {
            record(begun("run-1", START), submitted("run-1", address(flink), null));

            assertThat(resume("digits").err())
                    .startsWith("Cannot resume run run-1: it was seen ")
                    .contains(
                            "and its Flink at %s cannot tell how it is".formatted(address(flink)));
        } finally {
            flink.stop(0);
        }
    }

    @Test
    void goesOnWhereNobodyListensAnyMoreOnThisMachine() throws Exception {
        record(begun("run-1", Instant.now()), submitted("run-1", "http://localhost:1", null));
        record(completed("run-1", 1));

        assertThat(resume("digits").out()).startsWith("Going on from checkpoint 1 of run run-1");
    }

    @Test
    void refusesARunWhoseJobIsStartedAnewThoughTheLedgerKnowsAnEnd() throws Exception {
        HttpServer flink = flink(200, "{\"status\":\"RESTARTING\"}");
        try {
            failed("run-1", 1);
            record(submitted("run-1", address(flink), null));

            assertThat(resume("digits").err())
                    .startsWith("Cannot resume run run-1: its job %s is RESTARTING".formatted(JOB));
        } finally {
            flink.stop(0);
        }
    }

    @Test
    void takesTheEndFromTheLedgerWhereFlinkDoesNotAnswer() throws Exception {
        HttpServer flink = flink(503, "{\"errors\":[\"Not yet\"]}");
        try {
            failed("run-1", 1);
            record(submitted("run-1", address(flink), null));

            assertThat(resume("digits").out()).startsWith("Going on from checkpoint 1");
        } finally {
            flink.stop(0);
        }
    }

    @Test
    void refusesARunOfAnotherMachineThatWasSeenLately() throws Exception {
        record(begun("run-1", Instant.now()), submitted("run-1", "http://none.invalid:1", null));

        assertThat(resume("digits").err())
                .startsWith("Cannot resume run run-1: it was seen ")
                .contains("Cancel its job first, or give --force if it is gone.");
    }

    @Test
    void goesOnWithASilentRunOfAnotherMachineThatCannotBeReached() throws Exception {
        record(begun("run-1", START), submitted("run-1", "http://none.invalid:1", null));
        record(completed("run-1", 1));

        assertThat(resume("digits").out()).startsWith("Going on from checkpoint 1 of run run-1");
    }

    @Test
    void refusesARunOfWhichNothingIsKnown() throws Exception {
        record(begun("run-1", START));

        assertThat(resume("digits").err())
                .startsWith(
                        "Cannot resume run run-1: it tells no end, was last seen at 2026-03-01T12:00:00Z, and the ledger does not know the Flink that runs it.");
    }

    @Test
    void refusesARunThatWasResumed() throws Exception {
        failed("run-1", 1);
        record(
                new LedgerEntry.RunBegun(
                        "run-2",
                        "other",
                        new LedgerEntry.Job(JOB, "Digits"),
                        List.of(),
                        Instant.now(),
                        new LedgerEntry.Origin("run-1", "file:/chk-1")));

        assertThat(resume("run-1").err())
                .isEqualTo(
                        "Cannot resume run run-1: run run-2 (RUNNING) goes on from it already. Resume that one, or give --force to do its work again.\n");
    }

    @Test
    void refusesARunWithoutCheckpoints() throws Exception {
        failed("run-1", 0);

        assertThat(resume("digits").err())
                .isEqualTo(
                        "Cannot resume run run-1: it has completed no checkpoint. Start it anew with './flink-gpu run'.\n");
    }

    @Test
    void refusesARunWithoutUsableCheckpoints() throws Exception {
        failed("run-1", 1);
        Files.delete(directory.resolve("chk-1").resolve("_metadata"));

        assertThat(resume("digits").err())
                .isEqualTo("Cannot go on from run run-1: none of its 1 checkpoints can be used.\n");
    }

    @Test
    void fallsBackToTheCheckpointBefore() throws Exception {
        failed("run-1", 3);
        Files.delete(TestingCheckpoint.at(directory.resolve("chk-3")).stateFile());

        assertThat(resume("digits").out())
                .startsWith("Checkpoint " + directory.resolve("chk-3").toUri())
                .contains("\nGoing on from checkpoint 2 of run run-1 (file:");
    }

    /** Whoever tries again later may find it. */
    @Test
    void doesNotFallBackWhereTheNewestCheckpointIsThereAndCannotBeRead() throws Exception {
        failed("run-1", 3);
        Path state = TestingCheckpoint.at(directory.resolve("chk-3")).stateFile();
        Files.delete(state);
        Files.createDirectory(state);

        assertThat(resume("digits").err())
                .startsWith(
                        "Cannot resume run run-1 without doing its work again: checkpoint 3 cannot be read, which may pass, and sinks may have committed it. Try again later, or take back what sinks have committed after checkpoint 2 of run run-1 (file:")
                .endsWith("give './flink-gpu resume run-1 --from 2', or --force.\n");
        assertThat(resume("digits", "--force").out())
                .contains("Going on from checkpoint 2 of run run-1 (file:");
        assertThat(resume("digits", "--from", "2").out())
                .startsWith("Going on from checkpoint 2 of run run-1 (file:");
    }

    @Test
    void doesNotFallBackWhereSinksHaveCommittedMore() throws Exception {
        failed("run-1", 3);
        Files.delete(TestingCheckpoint.at(directory.resolve("chk-3")).stateFile());
        record(
                new LedgerEntry.SinkPosition("run-1", 2, "table", "iceberg-snapshot", "77"),
                new LedgerEntry.SinkPosition("run-1", 3, "table", "iceberg-snapshot", "78"));

        assertThat(resume("digits").err())
                .startsWith(
                        "Cannot resume run run-1 without doing its work again: checkpoint 3 is missing, and has been committed by sink table. ");
        assertThat(resume("digits", "--force").out().lines())
                .satisfiesExactly(
                        missing ->
                                assertThat(missing)
                                        .matches("Checkpoint file:.*chk-3/ cannot be used: .*"),
                        point ->
                                assertThat(point)
                                        .startsWith(
                                                "Going on from checkpoint 2 of run run-1 (file:"),
                        age ->
                                assertThat(age)
                                        .contains(
                                                ", 1 min 20 s before the run's last sign of life"),
                        stage ->
                                assertThat(stage)
                                        .isEqualTo(
                                                "  classify: 203 rows stay done. Done again are 8 in flight, and about 800 that it had done since."),
                        warning ->
                                assertThat(warning).startsWith("  WARNING: it is not the newest"),
                        sink ->
                                assertThat(sink)
                                        .isEqualTo(
                                                "  WARNING: sink table has committed checkpoint 3, too: take it back to 77."));
    }

    @Test
    void findsACheckpointThatTheLedgerDidNotHearOf() throws Exception {
        failed("run-1", 2);
        TestingCheckpoint.write(directory.resolve("chk-3"), 3);
        Files.createDirectory(directory.resolve("chk-4"));

        assertThat(resume("digits").out())
                .startsWith("Going on from checkpoint 3 of run run-1 (file:")
                .contains("classify: what it had done is not known.");
    }

    @Test
    void findsACheckpointOfAResumedRunThatTheLedgerDidNotHearOf() throws Exception {
        Path checkpoints = directory.resolve("checkpoints");
        TestingCheckpoint origin = TestingCheckpoint.write(checkpoints.resolve("0f/chk-3"), 3);
        record(
                new LedgerEntry.RunBegun(
                        "run-2",
                        "digits",
                        new LedgerEntry.Job(JOB, "Digits"),
                        List.of(),
                        START,
                        new LedgerEntry.Origin("run-1", origin.path())),
                ended("run-2", RunOutcome.FAILED));

        assertThat(resume("run-2").out()).startsWith("Going on from " + origin.path());
        TestingCheckpoint.write(checkpoints.resolve(JOB).resolve("chk-4"), 4);
        assertThat(resume("run-2").out()).startsWith("Going on from checkpoint 4 of run run-2");
    }

    @Test
    void saysWhatARunHasDoneSinceTheCheckpointOfTheRunBefore() throws Exception {
        failed("run-1", 2);
        Instant start = START.plusSeconds(3600);
        record(
                new LedgerEntry.RunBegun(
                        "run-2",
                        "digits",
                        new LedgerEntry.Job("0f".repeat(16), "Digits"),
                        List.of(),
                        start,
                        new LedgerEntry.Origin(
                                "run-1", TestingCheckpoint.at(directory.resolve("chk-2")).path())),
                completed("run-2", 3, directory.resolve("gone").toUri().toString()),
                new LedgerEntry.SinkPosition("run-2", 3, "table", "iceberg-snapshot", "78"),
                new LedgerEntry.RunEnded(
                        "run-2", start.plusSeconds(50), RunOutcome.FAILED, "no more"));

        assertThat(resume("run-2", "--force").out().lines().skip(1))
                .satisfiesExactly(
                        point ->
                                assertThat(point)
                                        .startsWith(
                                                "Going on from checkpoint 2 of run run-1 (file:"),
                        age ->
                                assertThat(age)
                                        .endsWith(
                                                " ago, and run run-2 has worked for 50.0 s since it began from there: the work of that time is done again."),
                        stage ->
                                assertThat(stage)
                                        .isEqualTo(
                                                "  classify: 203 rows stay done. Done again are 8 in flight, and about 500 that it had done since."),
                        warning ->
                                assertThat(warning).startsWith("  WARNING: it is not the newest"),
                        sink ->
                                assertThat(sink)
                                        .isEqualTo(
                                                "  WARNING: sink table has committed checkpoint 3, too: take it back."));
    }

    @Test
    void goesOnFromTheCheckpointThatIsNamed() throws Exception {
        failed("run-1", 3);
        TestingCheckpoint other = TestingCheckpoint.write(directory.resolve("other"), 7);

        assertThat(resume("digits", "--from", "1").out())
                .startsWith("Going on from checkpoint 1 of run run-1 (file:");
        assertThat(resume("digits", "--from", other.path()).out())
                .startsWith("Going on from " + other.path() + ".\n  The ledger does not know");
        assertThat(resume("digits", "--from", "9").err())
                .isEqualTo(
                        "Cannot find checkpoint 9 of run run-1. './flink-gpu runs show run-1' lists them.\n");
        assertThat(resume("digits", "--from", "/nowhere").err())
                .startsWith("Cannot go on from /nowhere: its metadata cannot be read: ");
    }

    @Test
    void saysHowARunOfAnUnknownProgramIsResumedByHand() throws Exception {
        failed("run-1", 1);

        assertThat(resume("digits").err())
                .isEqualTo(
                        """
                        Cannot resume run run-1: the ledger does not know its program. Submit it by hand:
                        flink run -s %schk-1/ -Dledger.run.resumed-from=run-1 -Dledger.run.name=digits JOB.jar --input '/my data'
                        """
                                .formatted(directory.toUri()));
    }

    @Test
    void saysHowARunWithSecretArgumentsIsResumedByHand() throws Exception {
        TestingCheckpoint written = TestingCheckpoint.write(directory.resolve("chk-1"), 1);
        record(
                new LedgerEntry.RunBegun(
                        "run-1",
                        "digits",
                        new LedgerEntry.Job(JOB, "Digits"),
                        List.of("--token", "******"),
                        START,
                        null),
                submitted("run-1", "", Program.jar("/jobs/digits.jar", "org.example.Digits")),
                completed("run-1", 1, written.path()),
                ended("run-1", RunOutcome.FAILED));

        assertThat(resume("digits").err())
                .startsWith(
                        "Cannot resume run run-1: the ledger does not know its secret arguments.")
                .endsWith(" -c org.example.Digits /jobs/digits.jar --token '******'\n");
    }

    @Test
    void asksForSecretVariables() throws Exception {
        failed("run-1", 1);
        record(
                submitted(
                        "run-1",
                        "",
                        Program.jobFile(
                                directory.resolve("job.yaml").toString(),
                                "name: digits",
                                Map.of("DB_PASSWORD", "******"))));

        assertThat(resume("digits").err())
                .isEqualTo(
                        "Cannot resume run run-1: the ledger does not keep secret variables. Add --set DB_PASSWORD=VALUE.\n");
    }

    @Test
    void namesVariablesThatTheEnvironmentLacks() throws Exception {
        failed("run-1", 1);
        record(
                submitted(
                        "run-1",
                        "",
                        Program.jobFile(
                                directory.resolve("job.yaml").toString(),
                                "name: ${FLINK_GPU_TEST_UNSET}",
                                Map.of())));

        assertThat(resume("digits").err())
                .contains(
                        "line 1: Invalid variable ${FLINK_GPU_TEST_UNSET}: the environment has no such variable.");
    }

    @Test
    void refusesToLeaveAJobOfThisProcessAlone() throws Exception {
        failed("run-1", 1);
        record(
                submitted(
                        "run-1",
                        "",
                        Program.jobFile(directory.resolve("job.yaml").toString(), "x", Map.of())));

        assertThat(resume("digits", "--detach").err()).startsWith("Invalid --detach: ");
    }

    @Test
    void refusesAJarInThisProcess() throws Exception {
        failed("run-1", 1);
        record(submitted("run-1", "", Program.jar("/jobs/digits.jar", "")));

        assertThat(resume("digits", "--here").err())
                .isEqualTo(
                        "Cannot resume run run-1 in this process: it runs a jar. Add --cluster or --flink.\n");
    }

    private record Output(int exitCode, String out, String err) {}

    /** Each ends without a job: nobody knows the program, or it cannot be read. */
    private Output resume(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--ledger", url()));
        CommandLine command = new CommandLine(new ResumeCommand());
        command.setExecutionExceptionHandler(
                (failure, failed, parsed) -> {
                    failed.getErr().println(failure.getMessage());
                    return 1;
                });
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int exitCode = command.execute(all.toArray(String[]::new));
        assertThat(exitCode).isEqualTo(1);
        return new Output(exitCode, out.toString(), err.toString());
    }

    /** A run that failed 100 s after its start, with a checkpoint every 10 s. */
    private void failed(String run, int checkpoints) throws Exception {
        record(
                begun(run, START),
                new LedgerEntry.StageDescribed(
                        run,
                        STAGE,
                        "classify",
                        4,
                        "fused",
                        "",
                        new LedgerEntry.Model("onnx:/digits", "3", "")));
        for (int id = 1; id <= checkpoints; id++) {
            TestingCheckpoint written = TestingCheckpoint.write(directory.resolve("chk-" + id), id);
            record(
                    completed(run, id, written.path()),
                    new LedgerEntry.OperatorProgress(
                            run, id, STAGE, 100L * id + 11, 100L * id, 3, 8, 2.5));
        }
        record(ended(run, RunOutcome.FAILED));
    }

    private LedgerEntry completed(String run, long id) throws IOException {
        return completed(
                run, id, TestingCheckpoint.write(directory.resolve("chk-" + id), id).path());
    }

    private static LedgerEntry completed(String run, long id, String path) {
        return new LedgerEntry.CheckpointCompleted(
                run, id, path, 2048, Duration.ofMillis(120), START.plusSeconds(10 * id), false);
    }

    private static LedgerEntry begun(String run, Instant time) {
        return new LedgerEntry.RunBegun(
                run,
                "digits",
                new LedgerEntry.Job(JOB, "Digits"),
                List.of("--input", "/my data"),
                time,
                null);
    }

    private static LedgerEntry submitted(String run, String flink, Program program) {
        return new LedgerEntry.RunSubmitted(run, new Submission("", flink, program));
    }

    private static LedgerEntry ended(String run, RunOutcome outcome) {
        return new LedgerEntry.RunEnded(run, START.plusSeconds(100), outcome, "");
    }

    private static HttpServer flink(int status, String answer) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static String address(HttpServer flink) {
        return "http://localhost:" + flink.getAddress().getPort();
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("ledger.db");
    }

    private void record(LedgerEntry... entries) throws Exception {
        ledger.record(List.of(entries));
    }
}
