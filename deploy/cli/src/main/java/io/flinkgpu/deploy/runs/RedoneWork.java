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
 * @param run that goes on
 * @param history of that run
 * @param owner the run that the checkpoint is of: the same, or the one that it was resumed from
 * @param ownerHistory of the owner
 */
@Internal
public record RedoneWork(
        Run run, RunHistory history, RestorePoint point, Run owner, RunHistory ownerHistory) {

    /** Sentences, one a line. */
    public List<String> describe(Instant now) {
        List<String> lines = new ArrayList<>();
        LedgerEntry.CheckpointCompleted checkpoint = point.checkpoint();
        if (checkpoint == null) {
            return List.of(
                    "The ledger does not know this checkpoint, and so not what is done again.");
        }
        lines.add(
                "It was completed %s ago, %s: the work of that time is done again."
                        .formatted(
                                RunWords.duration(Duration.between(checkpoint.time(), now)),
                                before()));
        owner.stages().forEach(stage -> lines.add(stage(stage)));
        if (isPassed(checkpoint)) {
            lines.add(
                    "WARNING: it is not the newest one. Rows that sinks have committed since then come again, unless they are taken back first.");
        }
        lines.addAll(LaterCommits.warnings(history, point));
        return lines;
    }

    private String before() {
        return isOwn()
                ? "%s before the run's last sign of life".formatted(RunWords.duration(lost()))
                : "and run %s has worked for %s since it began from there"
                        .formatted(run.id(), RunWords.duration(lost()));
    }

    private boolean isOwn() {
        return owner.id().equals(run.id());
    }

    /** A run that was resumed has passed the checkpoint that it began from with its first one. */
    private boolean isPassed(LedgerEntry.CheckpointCompleted checkpoint) {
        return run.checkpoint() != null && (!isOwn() || run.checkpoint().id() > checkpoint.id());
    }

    private String stage(LedgerEntry.StageDescribed stage) {
        LedgerEntry.OperatorProgress done =
                ownerHistory.progress().stream()
                        .filter(each -> each.operator().equals(stage.operator()))
                        .filter(each -> each.checkpoint() == point.checkpoint().id())
                        .findFirst()
                        .orElse(null);
        if (done == null) {
            return "%s: what it had done is not known.".formatted(stage.name());
        }
        List<Double> rates = rates(stage.operator());
        String since =
                rates.isEmpty()
                        ? ""
                        : ", and about %,d that it had done since"
                                .formatted(
                                        Math.round(
                                                rates.get(rates.size() - 1)
                                                        * lost().toMillis()
                                                        / 1000));
        return "%s: %,d rows stay done. Done again are %,d in flight%s."
                .formatted(
                        stage.name(), done.rowsOut() + done.deadLetters(), done.inFlight(), since);
    }

    private List<Double> rates(String operator) {
        List<Double> rates = RowRates.of(history, operator, Integer.MAX_VALUE);
        return rates.isEmpty() ? RowRates.of(ownerHistory, operator, Integer.MAX_VALUE) : rates;
    }

    /** How long the run has worked since the checkpoint. */
    private Duration lost() {
        Instant end = run.ended() == null ? run.lastSeen() : run.ended().time();
        Instant from = isOwn() ? point.checkpoint().time() : run.begun().time();
        Duration lost = Duration.between(from, end);
        return lost.isNegative() ? Duration.ZERO : lost;
    }
}
