package io.flinkgpu.deploy.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunsCommandTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String STAGE = "0a0b";

    @TempDir private Path directory;
    private RunLedger ledger;

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    @Test
    void saysThatThereIsNoLedger() {
        Output output = run("runs");

        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.err())
                .startsWith("Cannot read the ledger at jdbc:sqlite:" + directory)
                .contains("there is no such file. Set ledger.url in the configuration");
        assertThat(directory.resolve("ledger.db")).doesNotExist();
    }

    @Test
    void listsTheNewestRunsFirst() throws Exception {
        record(begun("run-1", START, null), ended("run-1", RunOutcome.FAILED, "No more."));
        record(begun("run-2", START.plusSeconds(3600), null));
        record(progress("run-2", 1, 500).toArray(LedgerEntry[]::new));

        Output output = run("runs");

        assertThat(output.exitCode()).isZero();
        assertThat(output.out().lines())
                .satisfiesExactly(
                        header ->
                                assertThat(header)
                                        .matches(
                                                "RUN +NAME +STATE +STARTED +TOOK +ROWS OUT +DEAD LETTERS +LAST CHECKPOINT"),
                        second ->
                                assertThat(second)
                                        .matches(
                                                "run-2 +digits +SILENT for .* 2026-03-01T13:00:00Z +0.0 s +500 +3 +1 at 2026-03-01T12:00:10Z"),
                        first ->
                                assertThat(first)
                                        .matches(
                                                "run-1 +digits +FAILED +2026-03-01T12:00:00Z +1 min 40 s +- +0 +-"));
    }

    @Test
    void showsWhatARunHasDone() throws Exception {
        record(
                begun("run-1", START, new LedgerEntry.Origin("run-0", "file:/chk-9")),
                stage("run-1"));
        for (int id = 1; id <= 12; id++) {
            record(progress("run-1", id, 100L * id).toArray(LedgerEntry[]::new));
        }
        record(
                LedgerEntry.RunEvent.of(
                        "run-1", START, "JobRestarting", "Digits", "java.lang.Error:\n  why"),
                ended("run-1", RunOutcome.FAILED, "No more."));

        Output output = run("runs", "show", "digits");

        assertThat(output.exitCode()).isZero();
        assertThat(output.out().lines().map(String::strip))
                .containsSubsequence(
                        "RUN           run-1",
                        "name          digits",
                        "state         FAILED",
                        "resumed from  run-0 at file:/chk-9",
                        "arguments     --input /data",
                        "cause         No more.",
                        "",
                        "Stages")
                .anyMatch(
                        line ->
                                line.matches(
                                        "classify +fused +4 +onnx:/digits +3 +1211 +1200 +3 +8 +2.5 s +10 █{11}"))
                .contains("Checkpoints (the newest 10 of 12)")
                .anyMatch(
                        line ->
                                line.matches(
                                        "12 +2026-03-01T12:02:00Z +0.1 s +2.0 KiB +checkpoint +file:/chk-12"))
                .noneMatch(line -> line.startsWith("2 "))
                .anyMatch(line -> line.matches(".* JobRestarting +Digits +java.lang.Error: why"));
    }

    @Test
    void exportsAllOfARun() throws Exception {
        record(begun("run-1", START, null), stage("run-1"));
        record(progress("run-1", 1, 100).toArray(LedgerEntry[]::new));
        record(new LedgerEntry.SinkPosition("run-1", 1, "results", "iceberg-snapshot", "77"));

        Output output = run("runs", "export", "run-1");

        JsonNode json = new ObjectMapper().readTree(output.out());
        assertThat(json.path("id").asText()).isEqualTo("run-1");
        assertThat(json.path("arguments").path(1).asText()).isEqualTo("/data");
        assertThat(json.path("stages").path(0).path("modelVersion").asText()).isEqualTo("3");
        assertThat(json.path("checkpoints").path(0).path("path").asText()).isEqualTo("file:/chk-1");
        assertThat(json.path("progressByCheckpoint").path(0).path("rowsOut").asLong())
                .isEqualTo(100);
        assertThat(json.path("sinkPositions").path(0).path("position").asText()).isEqualTo("77");
        assertThat(json.has("outcome")).isFalse();
    }

    @Test
    void listsAsJson() throws Exception {
        record(begun("run-1", START, null), ended("run-1", RunOutcome.FINISHED, ""));

        Output output = run("runs", "--json");

        JsonNode runs = new ObjectMapper().readTree(output.out());
        assertThat(runs).hasSize(1);
        assertThat(runs.path(0).path("outcome").asText()).isEqualTo("FINISHED");
    }

    @Test
    void watchShowsARunAnewUntilItHasEnded() throws Exception {
        record(begun("run-1", START.minusSeconds(3600), null));
        List<Duration> pauses = new ArrayList<>();
        RunsCommand watch =
                new RunsCommand(
                        () -> START.plusSeconds(2L * pauses.size()),
                        time -> {
                            pauses.add(time);
                            switch (pauses.size()) {
                                case 1 -> ledger.record(List.of(begun("run-2", START, null)));
                                case 2 -> ledger.record(progress("run-2", 1, 500));
                                default ->
                                        ledger.record(
                                                List.of(ended("run-2", RunOutcome.FINISHED, "")));
                            }
                        });

        Output output = run(watch, "--watch", "--limit", "1");

        assertThat(output.exitCode()).isZero();
        assertThat(pauses).hasSize(3).containsOnly(Duration.ofSeconds(2));
        assertThat(output.out().lines().filter(line -> !line.startsWith("RUN ")))
                .satisfiesExactly(
                        silent -> assertThat(silent).matches("run-1 +digits +SILENT for 1 h.*"),
                        begun -> assertThat(begun).matches("run-2 +digits +RUNNING .* - +0 +-"),
                        advanced ->
                                assertThat(advanced)
                                        .matches("run-2 +digits +RUNNING .* 500 +3 +1 at .*"),
                        ended ->
                                assertThat(ended)
                                        .matches("run-2 +digits +FINISHED .* 500 +3 +1 at .*"));
    }

    @Test
    void saysThatThereIsNoSuchRun() throws Exception {
        record(begun("run-1", START, null));

        Output output = run("runs", "show", "run-2");

        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.err()).startsWith("Cannot find run 'run-2': ");
    }

    @Test
    void findsTheNewestCheckpointThatCanBeRestored() throws Exception {
        record(begun("run-1", START, null), ended("run-1", RunOutcome.FAILED, "No more."));
        for (int id = 1; id <= 3; id++) {
            TestingCheckpoint written = TestingCheckpoint.write(directory.resolve("chk-" + id), id);
            record(completed("run-1", id, written.path()));
            Files.deleteIfExists(id == 3 ? written.stateFile() : directory.resolve("none"));
        }

        Output output = run("runs", "checkpoint", "digits");

        assertThat(output.exitCode()).isZero();
        assertThat(output.out()).isEqualTo(directory.resolve("chk-2").toUri() + "\n");
        assertThat(output.err())
                .startsWith("Checkpoint " + directory.resolve("chk-3").toUri())
                .endsWith(" is missing.\n");
    }

    @Test
    void namesNoCheckpointBeforeOneThatCannotBeRead() throws Exception {
        record(begun("run-1", START, null), ended("run-1", RunOutcome.FAILED, "No more."));
        for (int id = 1; id <= 2; id++) {
            TestingCheckpoint written = TestingCheckpoint.write(directory.resolve("chk-" + id), id);
            record(completed("run-1", id, written.path()));
        }
        Files.writeString(directory.resolve("chk-2/_metadata"), "no metadata");

        Output output = run("runs", "checkpoint", "digits");

        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.out()).isEmpty();
        assertThat(output.err())
                .endsWith(
                        "Cannot go on from run run-1 without doing its work again: checkpoint 2 cannot be read, which may pass, and sinks may have committed it. The one before is %s.\n"
                                .formatted(directory.resolve("chk-1").toUri()));
    }

    @Test
    void goesBackToTheCheckpointThatTheRunItselfWasResumedFrom() throws Exception {
        TestingCheckpoint origin = TestingCheckpoint.write(directory.resolve("chk-9"), 9);
        record(
                begun("run-1", START, new LedgerEntry.Origin("run-0", origin.path())),
                completed("run-1", 10, directory.resolve("chk-10").toUri().toString()),
                ended("run-1", RunOutcome.FAILED, "No more."));

        assertThat(run("runs", "checkpoint", "run-1").out()).isEqualTo(origin.path() + "\n");
    }

    @Test
    void saysThatNoCheckpointCanBeRestored() throws Exception {
        record(
                begun("run-1", START, null),
                completed("run-1", 1, directory.resolve("gone").toUri().toString()),
                ended("run-1", RunOutcome.FAILED, "No more."));

        Output output = run("runs", "checkpoint", "run-1");

        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.out()).isEmpty();
        assertThat(output.err())
                .endsWith("Cannot go on from run run-1: none of its 1 checkpoints can be used.\n");
    }

    @Test
    void refusesToGoOnFromARunThatGoesOn() throws Exception {
        TestingCheckpoint written = TestingCheckpoint.write(directory.resolve("chk-1"), 1);
        record(begun("run-1", Instant.now(), null), completed("run-1", 1, written.path()));

        Output refused = run("runs", "checkpoint", "run-1");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).startsWith("Cannot go on from run run-1: it runs, and was last");
        assertThat(run("runs", "checkpoint", "run-1", "--even-if-running").out())
                .isEqualTo(written.path() + "\n");
    }

    @Test
    void drawsRatesAsBars() {
        assertThat(Sparkline.of(List.of(0.0, 1.0, 7.0, 3.5))).isEqualTo("▁▂█▅");
        assertThat(Sparkline.of(List.of(0.0, 0.0))).isEqualTo("▁▁");
        assertThat(Sparkline.of(List.of())).isEmpty();
    }

    private record Output(int exitCode, String out, String err) {}

    private Output run(String... arguments) {
        return run(
                new RunsCommand(),
                List.of(arguments).subList(1, arguments.length).toArray(String[]::new));
    }

    private Output run(RunsCommand runs, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--ledger", url()));
        CommandLine command = new CommandLine(runs);
        command.setExecutionExceptionHandler(
                (failure, failed, parsed) -> {
                    failed.getErr().println(failure.getMessage());
                    return 1;
                });
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        int exitCode = command.execute(all.toArray(String[]::new));
        return new Output(exitCode, out.toString(), err.toString());
    }

    private void record(LedgerEntry... entries) throws Exception {
        if (ledger == null) {
            ledger = RunLedger.open(LedgerConfig.of(url()));
        }
        ledger.record(List.of(entries));
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("ledger.db");
    }

    private static LedgerEntry begun(String run, Instant time, LedgerEntry.Origin origin) {
        return new LedgerEntry.RunBegun(
                run,
                "digits",
                new LedgerEntry.Job("00ff", "Digits"),
                List.of("--input", "/data"),
                time,
                origin);
    }

    private static LedgerEntry stage(String run) {
        return new LedgerEntry.StageDescribed(
                run,
                STAGE,
                "classify",
                4,
                "fused",
                "",
                new LedgerEntry.Model("onnx:/digits", "3", ""));
    }

    private static LedgerEntry completed(String run, long checkpoint, String path) {
        return new LedgerEntry.CheckpointCompleted(
                run, checkpoint, path, 2048, Duration.ofMillis(120), START, false);
    }

    private static List<LedgerEntry> progress(String run, long checkpoint, long rowsOut) {
        return List.of(
                new LedgerEntry.CheckpointCompleted(
                        run,
                        checkpoint,
                        "file:/chk-" + checkpoint,
                        2048,
                        Duration.ofMillis(120),
                        START.plusSeconds(10 * checkpoint),
                        false),
                new LedgerEntry.OperatorProgress(
                        run, checkpoint, STAGE, rowsOut + 11, rowsOut, 3, 8, 2.5));
    }

    private static LedgerEntry ended(String run, RunOutcome outcome, String cause) {
        return new LedgerEntry.RunEnded(run, START.plusSeconds(100), outcome, cause);
    }
}
