package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceConfig;
import java.util.ArrayDeque;

/**
 * Gives the rows of the in-flight queue their places, in the order in which they came.
 *
 * <p>A row that has a place is encoded, and keeps it until its result is emitted. There are as many
 * places as the capacity has rows at the present size of batches, and as the encoded inputs in
 * flight leave memory for: the next row is expected to be as large as the last one was, and one
 * that has more than all of the memory passes alone. A row without a place stays in the queue,
 * which is state, as the row that it is; after a restore at a lower parallelism these are many.
 * Mailbox thread only.
 */
final class RowAdmission<IN, OUT> {

    private final InferenceConfig config;
    private final long maxBytes;
    private final InFlightQueue<IN, OUT> queue;
    private final BatchRunner<IN, OUT> runner;
    private final BatchCalls<IN, OUT> calls;
    private final ArrayDeque<InFlightRow<IN, OUT>> waiting = new ArrayDeque<>();
    private long expectedRowBytes;
    private boolean admitting;

    RowAdmission(
            InferenceConfig config,
            InFlightQueue<IN, OUT> queue,
            BatchRunner<IN, OUT> runner,
            BatchCalls<IN, OUT> calls) {
        this.config = config;
        this.maxBytes = config.capacityBytes();
        this.queue = queue;
        this.runner = runner;
        this.calls = calls;
    }

    /** Takes a row that is in the queue, and encodes it if there is a place; does not wait. */
    void add(InFlightRow<IN, OUT> row) {
        waiting.addLast(row);
        admit();
    }

    /** Encodes the rows that have a place by now. */
    void admit() {
        if (admitting) {
            // a row that cannot be encoded is completed at once, which makes room: the loop sees it
            return;
        }
        admitting = true;
        try {
            while (rowsWait() && hasPlace()) {
                encode(waiting.removeFirst());
            }
            if (!hasPlace() && calls.inFlight() == 0) {
                // no answer would ever make room while the open batch takes the last places
                runner.flush();
            }
        } finally {
            admitting = false;
        }
    }

    /** Whether the next row would be encoded at once. */
    boolean hasRoom() {
        return !rowsWait() && hasPlace();
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

    private boolean hasPlace() {
        long bytes = encodedBytes();
        return queue.rows() - waiting.size() < config.capacityAt(calls.maxBatchSize())
                && (bytes == 0 || expectedRowBytes <= maxBytes - bytes);
    }

    private long encodedBytes() {
        return runner.openBytes() + calls.inputBytes();
    }
}
