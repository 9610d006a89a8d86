package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Entries that wait to be written, in order and bounded.
 *
 * <p>While there is room, everything is kept. At the bound, entries that a later one makes
 * dispensable go first: of an operator the progress before the newest, of a sink the position, of a
 * run the checkpoints, but not the savepoints. Where that makes no room, new events are dropped and
 * counted, and the count is told as an event of its own. What is left are a few entries for each
 * run, operator and sink, which are taken in any case: the bound may be exceeded by them, and by a
 * tenth, since it is not worth looking for less.
 *
 * <p>The writer takes entries from the front and says then whether they are {@link #written()} or
 * come {@link #giveBack() back}. Safe for use by many threads; no call waits.
 */
final class EntryQueue {

    /** The kind of the event that tells how many entries were dropped. */
    static final String DROPPED = "EntriesDropped";

    private final int maxEntries;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Waiting> taken = new ArrayList<>();
    private final Map<String, Long> untoldDrops = new LinkedHashMap<>();
    private int unsorted; // entries since the last look that may have made others dispensable
    private long dropped;

    /**
     * An entry.
     *
     * @param sinceNanos when it came, or the first of those that it stands for
     */
    private record Waiting(LedgerEntry entry, long sinceNanos) {}

    /** What an entry tells the newest state of. */
    private record Subject(String run, String kind, String name) {}

    /**
     * An empty queue.
     *
     * @param maxEntries at least 1
     * @param nanoClock such as {@link System#nanoTime()}
     */
    EntryQueue(int maxEntries, LongSupplier nanoClock, InstantSource clock) {
        this.maxEntries = maxEntries;
        this.nanoClock = nanoClock;
        this.clock = clock;
    }

    /** Takes an entry, or drops it, as the class says. */
    synchronized void put(LedgerEntry entry) {
        if (isFull() && unsorted >= Math.max(1, maxEntries / 10)) {
            removeDispensable();
        }
        if (entry instanceof LedgerEntry.RunEvent && isFull()) {
            drop(entry);
            return;
        }
        waiting.add(new Waiting(entry, nanoClock.getAsLong()));
        if (!(entry instanceof LedgerEntry.RunEvent)) {
            unsorted++;
        }
    }

    /** Takes entries from the front; those that were taken before must have been settled. */
    synchronized List<LedgerEntry> take(int max) {
        untoldDrops.forEach(
                (run, count) ->
                        taken.add(
                                new Waiting(
                                        LedgerEntry.RunEvent.of(
                                                run,
                                                clock.instant(),
                                                DROPPED,
                                                "ledger",
                                                "%d entries that the database could not take"
                                                        .formatted(count)),
                                        nanoClock.getAsLong())));
        untoldDrops.clear();
        while (taken.size() < max && !waiting.isEmpty()) {
            taken.add(waiting.remove());
        }
        return taken.stream().map(Waiting::entry).toList();
    }

    /** What was taken is in the database. */
    synchronized void written() {
        taken.clear();
    }

    /** What was taken is not in the database, and first in line again. */
    synchronized void giveBack() {
        for (int last = taken.size() - 1; last >= 0; last--) {
            waiting.addFirst(taken.get(last));
        }
        taken.clear();
        unsorted = waiting.size();
    }

    /** One of those that were taken will never be in the database. */
    synchronized void refused(LedgerEntry entry) {
        drop(entry);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty() && taken.isEmpty() && untoldDrops.isEmpty();
    }

    /** Entries that are not in the database yet. */
    synchronized int size() {
        return waiting.size() + taken.size();
    }

    /** For how long the oldest entry that is not written has waited; zero: there is none. */
    synchronized Duration lag() {
        long now = nanoClock.getAsLong();
        return Stream.concat(taken.stream(), waiting.stream())
                .map(each -> Duration.ofNanos(now - each.sinceNanos()))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** How many entries were lost. */
    synchronized long dropped() {
        return dropped;
    }

    private boolean isFull() {
        return waiting.size() + taken.size() >= maxEntries;
    }

    private void drop(LedgerEntry entry) {
        dropped++;
        // A count that is refused is not counted, or it would come again and again.
        boolean isCount =
                entry instanceof LedgerEntry.RunEvent event && event.kind().equals(DROPPED);
        if (!isCount) {
            untoldDrops.merge(entry.run(), 1L, Long::sum);
        }
    }

    private void removeDispensable() {
        unsorted = 0;
        Map<Object, Waiting> kept = new LinkedHashMap<>();
        Set<String> begun = new HashSet<>();
        for (Waiting each : waiting) {
            // The first beginning has what the run is called; later ones say how it stands.
            boolean isFirst =
                    each.entry() instanceof LedgerEntry.RunBegun && begun.add(each.entry().run());
            Object subject = isFirst ? each : subject(each.entry());
            Waiting older = kept.remove(subject);
            kept.put(subject, older == null ? each : new Waiting(each.entry(), older.sinceNanos()));
        }
        waiting.clear();
        waiting.addAll(kept.values());
    }

    /** What an entry tells the newest state of; itself if it stands for itself alone. */
    private static Object subject(LedgerEntry entry) {
        if (entry instanceof LedgerEntry.OperatorProgress progress) {
            return new Subject(entry.run(), "progress", progress.operator());
        }
        if (entry instanceof LedgerEntry.SinkPosition position) {
            return new Subject(entry.run(), "position", position.sink());
        }
        if (entry instanceof LedgerEntry.RunSubmitted) {
            return new Subject(entry.run(), "submission", "");
        }
        if (entry instanceof LedgerEntry.StageDescribed stage) {
            return new Subject(entry.run(), "stage", stage.operator());
        }
        if (entry instanceof LedgerEntry.CheckpointCompleted checkpoint
                && !checkpoint.savepoint()) {
            return new Subject(entry.run(), "checkpoint", "");
        }
        if (entry instanceof LedgerEntry.RunBegun || entry instanceof LedgerEntry.RunEnded) {
            return new Subject(entry.run(), "standing", "");
        }
        return entry;
    }
}
