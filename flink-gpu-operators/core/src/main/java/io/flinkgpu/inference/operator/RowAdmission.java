package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceConfig;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.IntSupplier;

/**
 * Gives the rows in flight their places, in the order in which they came.
 *
 * <p>A row that has a place is encoded, and keeps it until its result is emitted. There are as many
 * places as the capacity has rows at the present size of batches, and as the encoded inputs in
 * flight leave memory for: the next row is expected to be as large as the last one was, and one
 * that has more than all of the memory passes alone. A row without a place stays in the queue,
 * which is state, as the row that it is; after a restore at a lower parallelism these are many.
 * Subtask's thread only.
 */
final class RowAdmission<IN, OUT> {

    private final InferenceConfig config;
    private final long maxBytes;
    private final RowsInFlight queue;
    private final BatchRunner<IN, OUT> runner;
    private final BatchCalls<IN, OUT> calls;
    private final IntSupplier joinedRows;
    private final PriorityQueue<InFlightRow<IN, OUT>> waiting =
            new PriorityQueue<>(Comparator.comparingLong(InFlightRow::number));
    private long expectedRowBytes;
    private boolean admitting;

    /**
     * Admission to a model.
     *
     * @param joinedRows how many rows of the queue need no place, because they wait for the run of
     *     another one; the operator takes no further row while they fill its capacity
     */
    RowAdmission(
            InferenceConfig config,
            RowsInFlight queue,
            BatchRunner<IN, OUT> runner,
            BatchCalls<IN, OUT> calls,
            IntSupplier joinedRows) {
        this.config = config;
        this.maxBytes = config.capacityBytes();
        this.queue = queue;
        this.runner = runner;
        this.calls = calls;
        this.joinedRows = joinedRows;
    }

    /** Takes a row that is in the queue, and encodes it if there is a place; does not wait. */
    void add(InFlightRow<IN, OUT> row) {
        addLater(row);
        admit();
    }

    /** Takes a row that is in the queue for the next {@link #admit()}. */
    void addLater(InFlightRow<IN, OUT> row) {
        waiting.add(row);
    }

    /** Encodes the rows that have a place by now. */
    void admit() {
        if (admitting) {
            // a row that cannot be encoded is completed at once, which makes room: the loop sees it
            return;
        }
        admitting = true;
        try {
            while (rowsWait() && (hasPlace() || nothingMoves())) {
                encode(waiting.remove());
            }
            if (!hasPlaceFor(occupied()) && calls.inFlight() == 0) {
                // no answer would ever make room while the open batch takes the last places
                runner.flush();
            }
        } finally {
            admitting = false;
        }
    }

    /** Whether the next row would be encoded at once. */
    boolean hasRoom() {
        return !rowsWait() && hasPlaceFor(occupied());
    }

    /** Whether rows of the queue have no place yet. */
    boolean rowsWait() {
        return !waiting.isEmpty();
    }

    private void encode(InFlightRow<IN, OUT> row) {
        long before = encodedBytes();
        runner.add(row);
        long rowBytes = encodedBytes() - before;
        if (rowBytes > 0) {
            expectedRowBytes = rowBytes;
        }
    }

    /** INVARIANT: the row that others wait for is not kept from its place by them. */
    private boolean hasPlace() {
        return hasPlaceFor(occupied() - joinedRows.getAsInt());
    }

    /**
     * INVARIANT: while rows wait, something moves. Rows that others' answers have completed fill
     * all places for ever if one that waits stands before them.
     */
    private boolean nothingMoves() {
        return calls.inFlight() == 0 && runner.isEmpty() && !queue.hasCompleted();
    }

    private int occupied() {
        return queue.rows() - waiting.size();
    }

    private boolean hasPlaceFor(int rowsBefore) {
        long bytes = encodedBytes();
        return rowsBefore < config.capacityAt(calls.maxBatchSize())
                && (bytes == 0 || expectedRowBytes <= maxBytes - bytes);
    }

    private long encodedBytes() {
        return runner.openBytes() + calls.inputBytes();
    }
}
