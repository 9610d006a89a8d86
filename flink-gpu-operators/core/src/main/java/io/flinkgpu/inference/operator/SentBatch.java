package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.RowRange;
import io.flinkgpu.inference.model.Deadline;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Rows that are sent to the model together, perhaps more than once.
 *
 * @param tries how often they have been sent, the time at hand included
 * @param search that they are a part of; null: none
 * @param range their place in the search; null without one
 */
record SentBatch<IN, OUT>(
        List<InFlightRow<IN, OUT>> rows,
        Deadline deadline,
        int tries,
        @Nullable BadRowSearch<IN, OUT> search,
        @Nullable RowRange range) {

    /** Rows that are sent for the first time. */
    static <IN, OUT> SentBatch<IN, OUT> first(List<InFlightRow<IN, OUT>> rows, Deadline deadline) {
        return new SentBatch<>(rows, deadline, 1, null, null);
    }

    /** The same rows, sent once more. */
    SentBatch<IN, OUT> again() {
        return new SentBatch<>(rows, deadline, tries + 1, search, range);
    }
}
