package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunHistory;
import io.flinkgpu.state.ledger.RunLedger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;

/**
 * The checkpoints that a run can go on from: its own, among them those that the ledger had no time
 * to hear of, and the one that it was itself resumed from.
 */
@Internal
public final class RestorePoints {

    private final Run run;
    private final List<RestorePoint> newestFirst;

    private RestorePoints(Run run, List<RestorePoint> newestFirst) {
        this.run = run;
        this.newestFirst = newestFirst;
    }

    /** Those of a run. */
    public static RestorePoints of(Run run, RunHistory history, RunLedger ledger)
            throws LedgerException {
        List<RestorePoint> points = new ArrayList<>();
        history.checkpoints().forEach(each -> points.add(RestorePoint.of(each)));
        history.checkpoints().stream()
                .filter(each -> !each.savepoint())
                .reduce((older, newer) -> newer)
                .map(UnrecordedCheckpoints::after)
                .orElseGet(() -> UnrecordedCheckpoints.ofResumed(run.begun()))
                .forEach(each -> points.add(RestorePoint.of(each)));
        Collections.reverse(points);
        if (run.begun().origin() != null) {
            points.add(origin(run.begun().origin(), ledger));
        }
        return new RestorePoints(run, points);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return newestFirst.isEmpty();
    }

    /**
     * The newest one whose files are there and can be read; see {@link RestoreChoice#doubt}.
     *
     * @param say hears of those that cannot be used, a sentence each
     * @throws IllegalStateException if there is none
     */
    public RestoreChoice newestUsable(Consumer<String> say) {
        List<RestorePoint> missing = new ArrayList<>();
        List<RestorePoint> unreadable = new ArrayList<>();
        for (RestorePoint point : newestFirst) {
            Optional<CheckpointFiles.Problem> problem = CheckpointFiles.problem(point.path());
            if (problem.isEmpty()) {
                return new RestoreChoice(point, missing, unreadable);
            }
            (problem.get().isMissing() ? missing : unreadable).add(point);
            say.accept(
                    "Checkpoint %s cannot be used: %s."
                            .formatted(point.path(), problem.get().text()));
        }
        throw new IllegalStateException(
                "Cannot go on from run %s: none of its %d checkpoints can be used."
                        .formatted(run.id(), newestFirst.size()));
    }

    /**
     * The one of an id, or else that of a path, which the ledger need not know.
     *
     * @throws IllegalArgumentException if there is none of the id, or its files cannot be read
     */
    public RestorePoint named(String idOrPath) {
        RestorePoint point =
                newestFirst.stream()
                        .filter(each -> each.path().equals(idOrPath) || hasId(each, idOrPath))
                        .findFirst()
                        .orElseGet(() -> new RestorePoint(idOrPath, null));
        if (point.checkpoint() == null && idOrPath.matches("\\d+")) {
            throw new IllegalArgumentException(
                    "Cannot find checkpoint %s of run %s. './flink-gpu runs show %s' lists them."
                            .formatted(idOrPath, run.id(), run.id()));
        }
        CheckpointFiles.problem(point.path())
                .ifPresent(
                        problem -> {
                            throw new IllegalArgumentException(
                                    "Cannot go on from %s: %s.".formatted(point, problem.text()));
                        });
        return point;
    }

    private static boolean hasId(RestorePoint point, String id) {
        return point.checkpoint() != null && id.equals(Long.toString(point.checkpoint().id()));
    }

    private static RestorePoint origin(LedgerEntry.Origin origin, RunLedger ledger)
            throws LedgerException {
        if (origin.run() == null) {
            return new RestorePoint(origin.checkpoint(), null);
        }
        return ledger.history(origin.run()).checkpoints().stream()
                .filter(each -> each.path().equals(origin.checkpoint()))
                .findFirst()
                .map(RestorePoint::of)
                .orElseGet(() -> new RestorePoint(origin.checkpoint(), null));
    }
}
