package io.flinkgpu.deploy.runs;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.Submission;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.annotation.Nullable;

/** One run as tables for a terminal: what it is, its stages, checkpoints, sinks and events. */
final class RunText {

    private static final int MOST_CHECKPOINTS = 10;
    private static final int MOST_EVENTS = 20;
    private static final int MOST_BARS = 30;

    private final Run run;
    @Nullable private final Submission submission;
    private final RunHistory history;
    private final Instant now;

    RunText(Run run, @Nullable Submission submission, RunHistory history, Instant now) {
        this.run = run;
        this.submission = submission;
        this.history = history;
        this.now = now;
    }

    void print(PrintWriter out) {
        TextTable.print(out, List.of("RUN", run.id()), facts().stream());
        section(
                out,
                "Stages",
                List.of(
                        "STAGE",
                        "MODE",
                        "SUBTASKS",
                        "MODEL",
                        "VERSION",
                        "ROWS IN",
                        "ROWS OUT",
                        "DEAD LETTERS",
                        "IN FLIGHT",
                        "DEVICE",
                        "ROWS/S"),
                run.stages().stream().map(this::stage).toList());
        section(
                out,
                title("Checkpoints", history.checkpoints(), MOST_CHECKPOINTS),
                List.of("ID", "COMPLETED", "TOOK", "SIZE", "KIND", "PATH"),
                newest(history.checkpoints(), MOST_CHECKPOINTS).stream()
                        .map(RunText::checkpoint)
                        .toList());
        section(
                out,
                title("Sinks", history.positions(), MOST_CHECKPOINTS),
                List.of("CHECKPOINT", "SINK", "KIND", "POSITION"),
                newest(history.positions(), MOST_CHECKPOINTS).stream()
                        .map(RunText::position)
                        .toList());
        section(
                out,
                title("Events", history.events(), MOST_EVENTS),
                List.of("TIME", "EVENT", "SUBJECT", "DETAILS"),
                newest(history.events(), MOST_EVENTS).stream().map(RunText::event).toList());
    }

    private List<List<String>> facts() {
        LedgerEntry.RunBegun begun = run.begun();
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("name", begun.name()));
        facts.add(List.of("job", begun.job().id() + " " + begun.job().name()));
        facts.add(List.of("state", RunWords.state(run, now)));
        facts.add(List.of("started", RunWords.time(begun.time())));
        facts.add(List.of("took", RunWords.duration(RunWords.length(run))));
        if (begun.origin() != null) {
            String former = begun.origin().run() == null ? "" : begun.origin().run() + " at ";
            facts.add(List.of("resumed from", former + begun.origin().checkpoint()));
        }
        if (submission != null) {
            facts.addAll(submitted(submission));
        }
        if (!begun.arguments().isEmpty()) {
            facts.add(List.of("arguments", String.join(" ", begun.arguments())));
        }
        if (run.ended() != null && !run.ended().cause().isEmpty()) {
            facts.add(List.of("cause", run.ended().cause()));
        }
        return facts;
    }

    private static List<List<String>> submitted(Submission submission) {
        List<List<String>> facts = new ArrayList<>();
        Program program = submission.program();
        if (program != null) {
            facts.add(
                    List.of("program", (program.location() + " " + program.entryClass()).strip()));
        }
        if (!submission.flink().isEmpty()) {
            facts.add(List.of("flink", submission.flink()));
        }
        return facts;
    }

    private List<String> stage(LedgerEntry.StageDescribed stage) {
        LedgerEntry.OperatorProgress done =
                run.progress().stream()
                        .filter(each -> each.operator().equals(stage.operator()))
                        .findFirst()
                        .orElseGet(() -> nothingDone(stage));
        List<Double> rates = RowRates.of(history, stage.operator(), MOST_BARS);
        return List.of(
                stage.name(),
                RunWords.orDash(stage.mode()),
                Integer.toString(stage.parallelism()),
                RunWords.orDash(stage.model().name()),
                RunWords.orDash(stage.model().version()),
                Long.toString(done.rowsIn()),
                Long.toString(done.rowsOut()),
                Long.toString(done.deadLetters()),
                Long.toString(done.inFlight()),
                String.format(Locale.ROOT, "%.1f s", done.deviceSeconds()),
                rates.isEmpty() ? "-" : rates(rates));
    }

    private static String rates(List<Double> rates) {
        return String.format(
                Locale.ROOT, "%.0f %s", rates.get(rates.size() - 1), Sparkline.of(rates));
    }

    private LedgerEntry.OperatorProgress nothingDone(LedgerEntry.StageDescribed stage) {
        return new LedgerEntry.OperatorProgress(run.id(), 0, stage.operator(), 0, 0, 0, 0, 0);
    }

    private static List<String> checkpoint(LedgerEntry.CheckpointCompleted checkpoint) {
        return List.of(
                Long.toString(checkpoint.id()),
                RunWords.time(checkpoint.time()),
                RunWords.duration(checkpoint.duration()),
                RunWords.size(checkpoint.sizeBytes()),
                checkpoint.savepoint() ? "savepoint" : "checkpoint",
                checkpoint.path());
    }

    private static List<String> position(LedgerEntry.SinkPosition position) {
        return List.of(
                Long.toString(position.checkpoint()),
                position.sink(),
                position.kind(),
                position.position());
    }

    private static List<String> event(LedgerEntry.RunEvent event) {
        return List.of(
                RunWords.time(event.time()),
                event.kind(),
                event.subject(),
                event.detail().replaceAll("\\s+", " "));
    }

    private static <T> List<T> newest(List<T> all, int most) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    private static String title(String what, List<?> all, int most) {
        return all.size() <= most
                ? what
                : "%s (the newest %d of %d)".formatted(what, most, all.size());
    }

    private static void section(
            PrintWriter out, String title, List<String> header, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            out.printf("%n%s%n", title);
            TextTable.print(out, header, rows.stream());
        }
    }
}
