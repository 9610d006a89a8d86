package io.flinkgpu.inference.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the subtasks of an operator have reported, summed up for the newest completed checkpoint.
 *
 * <p>A report may come before its checkpoint is complete, or after: the sum takes the last report
 * of each subtask up to the checkpoint, and is corrected by those that come late. A subtask that
 * has finished takes no part in later checkpoints; its last report stays. Not thread-safe.
 */
final class StageTotals {

    /** More than checkpoints are under way at once. */
    private static final int MOST_REMEMBERED = 16;

    private final Map<Integer, TreeMap<Long, ProgressReport>> reports = new HashMap<>();
    private long completed = -1;

    /** Takes a report; true if the sum may be another now. */
    boolean add(int subtask, ProgressReport report) {
        TreeMap<Long, ProgressReport> ofSubtask =
                reports.computeIfAbsent(subtask, unknown -> new TreeMap<>());
        ofSubtask.put(report.checkpoint(), report);
        if (ofSubtask.size() > MOST_REMEMBERED) {
            ofSubtask.pollFirstEntry();
        }
        return report.checkpoint() <= completed;
    }

    /** Sums up a later checkpoint from here on. */
    void complete(long checkpoint) {
        completed = Math.max(completed, checkpoint);
        for (TreeMap<Long, ProgressReport> ofSubtask : reports.values()) {
            Long newest = ofSubtask.floorKey(completed);
            if (newest != null) {
                ofSubtask.headMap(newest).clear();
            }
        }
    }

    /** An attempt of the subtask is lost: what it did for checkpoints to come is undone. */
    void lost(int subtask) {
        TreeMap<Long, ProgressReport> ofSubtask = reports.get(subtask);
        if (ofSubtask != null) {
            ofSubtask.tailMap(completed, false).clear();
        }
    }

    /** All attempts are lost, and who was given whose work is not known. */
    void reset() {
        reports.clear();
    }

    /** The sum, under the id of the newest completed checkpoint; empty: nothing was reported. */
    Optional<ProgressReport> sum() {
        List<ProgressReport> newest =
                reports.values().stream()
                        .map(ofSubtask -> ofSubtask.floorEntry(completed))
                        .filter(entry -> entry != null)
                        .map(Map.Entry::getValue)
                        .toList();
        return newest.stream()
                .reduce(StageTotals::plus)
                .map(
                        sum ->
                                new ProgressReport(
                                        completed,
                                        sum.rowsIn(),
                                        sum.rowsOut(),
                                        sum.deadLetters(),
                                        sum.inFlight(),
                                        sum.deviceNanos(),
                                        sum.model()));
    }

    private static ProgressReport plus(ProgressReport one, ProgressReport other) {
        return new ProgressReport(
                Math.max(one.checkpoint(), other.checkpoint()),
                one.rowsIn() + other.rowsIn(),
                one.rowsOut() + other.rowsOut(),
                one.deadLetters() + other.deadLetters(),
                one.inFlight() + other.inFlight(),
                one.deviceNanos() + other.deviceNanos(),
                one.model().or(other.model()));
    }
}
