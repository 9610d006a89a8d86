package io.flinkgpu.inference.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Finds the rows that a batch failed for, by sending ever smaller parts of it.
 *
 * <p>A part that fails is halved, until the row that fails stands alone. With {@code k} bad rows
 * among {@code n} it takes at most {@code 2 k (1 + log2 n)} runs beside the first. The driver sends
 * the parts that {@link #next} gives and says how each went, in any order. Single-threaded.
 *
 * <p>A part in whose run a device was lost is not halved, which would cost a device each time: its
 * rows are sent one after the other, so that the second device that is lost tells the row.
 */
@Internal
public final class BadRowSearch<R> {

    private final int rows;
    private final ArrayDeque<Batch<R>> open = new ArrayDeque<>();
    private final ArrayDeque<Batch<R>> suspects = new ArrayDeque<>();
    private final List<R> badRows = new ArrayList<>();
    private int running;
    private boolean suspectRuns;
    private boolean reported;
    private int runs;

    private BadRowSearch(int rows) {
        this.rows = rows;
    }

    /** The search that goes on in a batch that has failed as a whole; its own, or a new one. */
    public static <R> BadRowSearch<R> after(Batch<R> failed) {
        BadRowSearch<R> search = in(failed);
        search.split(failed);
        return search;
    }

    /** The search that goes on in a batch in whose run a device was lost, as above. */
    public static <R> BadRowSearch<R> afterLoss(Batch<R> lost) {
        BadRowSearch<R> search = in(lost);
        search.isolate(lost);
        return search;
    }

    private static <R> BadRowSearch<R> in(Batch<R> batch) {
        BadRowSearch<R> search = batch.search();
        if (search == null) {
            return new BadRowSearch<>(batch.size());
        }
        search.ended(batch);
        return search;
    }

    /** A part to be sent; empty if there is none at the moment: ask again after each end. */
    public Optional<Batch<R>> next() {
        Batch<R> part = open.pollFirst();
        if (part == null && !suspectRuns) {
            part = suspects.pollFirst();
            suspectRuns = part != null;
        }
        if (part != null) {
            running++;
        }
        return Optional.ofNullable(part);
    }

    /** A part was sent; it may be sent more than once. */
    public void sent() {
        runs++;
    }

    /** The rows of a part are settled: they passed, or nothing more is to be found out of them. */
    public void settled(Batch<R> part) {
        ended(part);
    }

    /** Whether every row is known to be good or bad. */
    public boolean isDone() {
        return running == 0 && open.isEmpty() && suspects.isEmpty();
    }

    /** True once, for whoever tells of the end. */
    public boolean report() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** How many rows are searched in. */
    public int rows() {
        return rows;
    }

    /** The rows that failed alone, in the order in which they did. */
    public List<R> badRows() {
        return List.copyOf(badRows);
    }

    /** How many times parts were sent. */
    public int runs() {
        return runs;
    }

    private void ended(Batch<R> part) {
        running--;
        if (part.isAlone()) {
            suspectRuns = false;
        }
    }

    private void isolate(Batch<R> part) {
        for (int row = 0; row < part.size(); row++) {
            suspects.addLast(part.afterLoss(row, this));
        }
    }

    private void split(Batch<R> part) {
        if (part.size() == 1) {
            badRows.add(part.rows().get(0));
            return;
        }
        int half = part.size() / 2;
        // INVARIANT: the first row of the batch is searched first
        open.addFirst(part.part(half, part.size(), this));
        open.addFirst(part.part(0, half, this));
    }
}
