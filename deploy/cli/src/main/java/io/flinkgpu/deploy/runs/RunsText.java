package io.flinkgpu.deploy.runs;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Runs as a table for a terminal. */
final class RunsText {

    private static final List<String> HEADER =
            List.of(
                    "RUN",
                    "NAME",
                    "STATE",
                    "STARTED",
                    "TOOK",
                    "ROWS OUT",
                    "DEAD LETTERS",
                    "LAST CHECKPOINT");

    private RunsText() {}

    static void print(List<Run> runs, Instant now, PrintWriter out) {
        if (runs.isEmpty()) {
            out.println("The ledger knows no run.");
        } else {
            TextTable.print(out, HEADER, runs.stream().map(run -> row(run, now)));
        }
    }

    /** Of each stage: the rows of a stage may be those of the one before it. */
    private static String rowsOut(Run run) {
        return run.progress().isEmpty()
                ? "-"
                : run.progress().stream()
                        .map(stage -> Long.toString(stage.rowsOut()))
                        .collect(Collectors.joining(", "));
    }

    private static List<String> row(Run run, Instant now) {
        LedgerEntry.CheckpointCompleted checkpoint = run.checkpoint();
        return List.of(
                run.id(),
                run.begun().name(),
                RunWords.state(run, now),
                RunWords.time(run.begun().time()),
                RunWords.duration(RunWords.length(run)),
                rowsOut(run),
                Long.toString(
                        run.progress().stream()
                                .mapToLong(LedgerEntry.OperatorProgress::deadLetters)
                                .sum()),
                checkpoint == null
                        ? "-"
                        : "%d at %s".formatted(checkpoint.id(), RunWords.time(checkpoint.time())));
    }
}
