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
 */
@Internal
public final class BadRowSearch<R> {

    private final int rows;
    private final ArrayDeque<Batch<R>> open = new ArrayDeque<>();
    private final List<R> badRows = new ArrayList<>();
    private int running;
    private int runs;

    /** A search in a batch that has failed as a whole. */
    public BadRowSearch(Batch<R> failed) {
        this.rows = failed.size();
        split(failed);
    }

    /** A part to be sent; empty if there is none at the moment. */
    public Optional<Batch<R>> next() {
        Batch<R> part = open.pollFirst();
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
    public void settled() {
        running--;
    }

    /** A part failed for some of its rows. */
    public void failed(Batch<R> part) {
        running--;
        split(part);
    }

    /** Whether every row is known to be good or bad. */
    public boolean isDone() {
        return running == 0 && open.isEmpty();
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
