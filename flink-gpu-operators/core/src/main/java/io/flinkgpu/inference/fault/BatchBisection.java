package io.flinkgpu.inference.fault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Finds the rows that a batch failed for, by running ever smaller parts of it.
 *
 * <p>A part that fails is halved, until the row that fails stands alone. With {@code k} bad rows
 * among {@code n} it takes at most {@code 2 k (1 + log2 n)} runs beside the first. The driver runs
 * the parts that {@link #next} gives and says how each went, in any order. Not thread-safe.
 */
@Internal
public final class BatchBisection {

    private final ArrayDeque<RowRange> open = new ArrayDeque<>();
    private final List<Integer> badRows = new ArrayList<>();
    private int running;

    /** A search in a batch of so many rows that has failed as a whole. */
    public BatchBisection(int rows) {
        split(new RowRange(0, rows));
    }

    /** A part to be run; empty if there is none at the moment. */
    public Optional<RowRange> next() {
        RowRange part = open.pollFirst();
        if (part != null) {
            running++;
        }
        return Optional.ofNullable(part);
    }

    /** The part's rows are good. */
    public void succeeded(RowRange part) {
        running--;
    }

    /** Some of the part's rows are bad. */
    public void failed(RowRange part) {
        running--;
        split(part);
    }

    /** Whether every row is known to be good or bad. */
    public boolean isDone() {
        return running == 0 && open.isEmpty();
    }

    /** The rows that failed alone, in the order in which they did. */
    public List<Integer> badRows() {
        return List.copyOf(badRows);
    }

    private void split(RowRange part) {
        if (part.size() == 1) {
            badRows.add(part.from());
            return;
        }
        // INVARIANT: the first row of the batch is searched first
        open.addFirst(part.secondHalf());
        open.addFirst(part.firstHalf());
    }
}
