package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.RunHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What sinks of a run have committed after the checkpoint that it goes on from. */
final class LaterCommits {

    private LaterCommits() {}

    /**
     * The newest position of each such sink, by its name.
     *
     * @param history of the run that goes on; ids of its checkpoints follow those of the run before
     */
    static Map<String, LedgerEntry.SinkPosition> of(RunHistory history, RestorePoint point) {
        long id = point.checkpoint() == null ? -1 : point.checkpoint().id();
        Map<String, LedgerEntry.SinkPosition> newest = new LinkedHashMap<>();
        history.positions().stream()
                .filter(each -> each.checkpoint() > id)
                .forEach(each -> newest.put(each.sink(), each));
        return newest;
    }

    /** Sentences, which ask to take them back. */
    static List<String> warnings(RunHistory history, RestorePoint point) {
        List<String> warnings = new ArrayList<>();
        of(history, point)
                .forEach(
                        (sink, newest) ->
                                warnings.add(
                                        "WARNING: sink %s has committed checkpoint %d, too: take it back%s."
                                                .formatted(
                                                        sink,
                                                        newest.checkpoint(),
                                                        before(sink, history, point))));
        return warnings;
    }

    private static String before(String sink, RunHistory history, RestorePoint point) {
        return history.positions().stream()
                .filter(each -> each.sink().equals(sink))
                .filter(
                        each ->
                                point.checkpoint() != null
                                        && each.checkpoint() <= point.checkpoint().id())
                .reduce((older, newer) -> newer)
                .map(each -> " to " + each.position())
                .orElse("");
    }
}
