package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.BatchBisection;
import io.flinkgpu.inference.fault.RowRange;
import io.flinkgpu.inference.model.Deadline;
import java.util.List;
import java.util.Optional;

/** A search for the rows that a batch failed for, by sending its parts. Mailbox thread only. */
final class BadRowSearch<IN, OUT> {

    private final List<InFlightRow<IN, OUT>> rows;
    private final Deadline deadline;
    private final BatchBisection bisection;
    private int runs;

    /** A search in a batch that has failed as a whole. */
    BadRowSearch(List<InFlightRow<IN, OUT>> rows, Deadline deadline) {
        this.rows = rows;
        this.deadline = deadline;
        this.bisection = new BatchBisection(rows.size());
    }

    /** A part to be sent; empty if none is at the moment. */
    Optional<SentBatch<IN, OUT>> next() {
        return bisection.next().map(this::part);
    }

    /** The rows of a part are settled, whatever became of them. */
    void settled(SentBatch<IN, OUT> part) {
        bisection.succeeded(part.range());
    }

    /** A part failed for its rows. */
    void failed(SentBatch<IN, OUT> part) {
        bisection.failed(part.range());
    }

    void sent() {
        runs++;
    }

    boolean isDone() {
        return bisection.isDone();
    }

    int rows() {
        return rows.size();
    }

    int badRows() {
        return bisection.badRows().size();
    }

    /** How many times parts were sent. */
    int runs() {
        return runs;
    }

    private SentBatch<IN, OUT> part(RowRange range) {
        return new SentBatch<>(rows.subList(range.from(), range.to()), deadline, 1, this, range);
    }
}
