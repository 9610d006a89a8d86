package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.RowWeigher;
import io.flinkgpu.inference.batching.Batch;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.batching.OpenBatch;
import io.flinkgpu.inference.fault.Deadline;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;

/**
 * Packs rows into batches and sends them to the model.
 *
 * <p>The open batch is sent when a limit is reached, when its first row has waited for the batch
 * delay, or on {@link #flush()}; {@link BatchCalls} takes it from there. Mailbox thread only.
 */
final class BatchRunner<IN, OUT> {

    private final OpenBatch<InFlightRow<IN, OUT>> openBatch;
    private final long maxDelayMillis;
    @Nullable private final Duration rowDeadline;
    private final BatchCalls<IN, OUT> calls;
    private final SubtaskContext subtask;

    private long openSince;
    private boolean delayTimerIsSet;

    BatchRunner(
            InferenceSpec<IN, OUT> spec,
            BatchEncoder<InFlightRow<IN, OUT>> encoder,
            BatchCalls<IN, OUT> calls,
            SubtaskContext subtask) {
        this.openBatch = new OpenBatch<>(encoder, limits(spec));
        this.maxDelayMillis = spec.config().maxBatchDelay().toMillis();
        this.rowDeadline = spec.config().rowDeadline().orElse(null);
        this.calls = calls;
        this.subtask = subtask;
    }

    private static <IN, OUT> OpenBatch.Limits<InFlightRow<IN, OUT>> limits(
            InferenceSpec<IN, OUT> spec) {
        RowWeigher<IN> weigher = spec.weigher();
        return new OpenBatch.Limits<>(
                spec.config().maxBatchSize(),
                spec.config().maxBatchBytes(),
                spec.maxBatchWeight(),
                weigher == null ? null : row -> weigher.weigh(row.value()));
    }

    /** Encodes a row into the open batch and sends what is full; does not wait. */
    void add(InFlightRow<IN, OUT> row) {
        subtask.metrics().rowTaken();
        try {
            encode(row);
        } catch (Exception failure) {
            calls.failUnsent(row, failure);
            return;
        }
        if (openBatch.rows().size() == 1) {
            openSince = subtask.timers().getCurrentProcessingTime();
        }
        boolean full = openBatch.isFull() || openBatch.rows().size() >= calls.mostRows();
        if (full || maxDelayMillis == 0) {
            flush();
        } else if (!delayTimerIsSet) {
            setDelayTimer(due());
        }
    }

    /** Sends the open batch, if there is one. */
    void flush() {
        if (openBatch.isEmpty()) {
            return;
        }
        Batch<InFlightRow<IN, OUT>> batch = Batch.first(openBatch.rows(), deadline());
        subtask.metrics()
                .batchSent(batch.size(), subtask.timers().getCurrentProcessingTime() - openSince);
        calls.send(batch, openBatch.build());
    }

    /** Gives up the open batch. */
    void close() {
        openBatch.discard();
    }

    private void encode(InFlightRow<IN, OUT> row) throws Exception {
        if (openBatch.tryAdd(row)) {
            return;
        }
        flush();
        if (!openBatch.tryAdd(row)) {
            throw new IllegalStateException("Cannot start a batch with a row: it was refused.");
        }
    }

    private void setDelayTimer(long time) {
        delayTimerIsSet = true;
        ScheduledFuture<?> unused = subtask.timers().registerTimer(time, this::delayElapsed);
    }

    /** One timer serves many batches: if the batch it was set for is gone, it is set again. */
    private void delayElapsed(long time) {
        delayTimerIsSet = false;
        if (openBatch.isEmpty()) {
            return;
        }
        if (subtask.timers().getCurrentProcessingTime() >= due()) {
            flush();
        } else {
            setDelayTimer(due());
        }
    }

    /** Counts from the first row of the batch at hand. */
    private Deadline deadline() {
        if (rowDeadline == null) {
            return Deadline.none();
        }
        long waitedMillis = subtask.timers().getCurrentProcessingTime() - openSince;
        return Deadline.after(rowDeadline.minusMillis(waitedMillis));
    }

    /** When the open batch is to be sent; a delay without end saturates. */
    private long due() {
        long due = openSince + maxDelayMillis;
        return due < openSince ? Long.MAX_VALUE : due;
    }
}
