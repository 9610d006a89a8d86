package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * What is done again when a run goes on from a checkpoint, as far as the ledger knows.
 *
 * @param history of the run that the checkpoint is of
 */
@Internal
public record RedoneWork(Run run, RunHistory history, RestorePoint point) {

    /** Sentences, one a line. */
    public List<String> describe(Instant now) {
        List<String> lines = new ArrayList<>();
        LedgerEntry.CheckpointCompleted checkpoint = point.checkpoint();
        if (checkpoint == null) {
            return List.of(
                    "The ledger does not know this checkpoint, and so not what is done again.");
        }
        Duration lost = lost();
        lines.add(
                "It was completed %s ago, %s before the run's last sign of life: the work of that time is done again."
                        .formatted(
                                RunWords.duration(Duration.between(checkpoint.time(), now)),
                                RunWords.duration(lost)));
        run.stages().forEach(stage -> lines.add(stage(stage, lost)));
        if (run.checkpoint() != null && run.checkpoint().id() > checkpoint.id()) {
            lines.add(
                    "WARNING: it is not the newest one. Rows that sinks have committed since then come again, unless they are taken back first.");
        }
        lines.addAll(LaterCommits.warnings(history, point));
        return lines;
    }

    private String stage(LedgerEntry.StageDescribed stage, Duration lost) {
        LedgerEntry.OperatorProgress done =
                history.progress().stream()
                        .filter(each -> each.operator().equals(stage.operator()))
                        .filter(each -> each.checkpoint() == point.checkpoint().id())
                        .findFirst()
                        .orElse(null);
        if (done == null) {
            return "%s: what it had done is not known.".formatted(stage.name());
        }
        List<Double> rates = RowRates.of(history, stage.operator(), Integer.MAX_VALUE);
        String since =
                rates.isEmpty()
                        ? ""
                        : ", and about %,d that it had done since"
                                .formatted(
                                        Math.round(
                                                rates.get(rates.size() - 1)
                                                        * lost.toMillis()
                                                        / 1000));
        return "%s: %,d rows stay done. Done again are %,d in flight%s."
                .formatted(
                        stage.name(), done.rowsOut() + done.deadLetters(), done.inFlight(), since);
    }

    private Duration lost() {
        Instant end = run.ended() == null ? run.lastSeen() : run.ended().time();
        Duration lost = Duration.between(point.checkpoint().time(), end);
        return lost.isNegative() ? Duration.ZERO : lost;
    }
}
