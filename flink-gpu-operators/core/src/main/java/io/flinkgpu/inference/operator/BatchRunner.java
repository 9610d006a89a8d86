package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.RowWeigher;
import io.flinkgpu.inference.batching.Batch;
import io.flinkgpu.inference.batching.BatchEncoder;
import io.flinkgpu.inference.batching.OpenBatch;
import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.process.Stopwatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * Packs rows into batches and sends them to the model.
 *
 * <p>The open batch is sent when a limit is reached, when its first row has waited for the batch
 * delay, or on {@link #flush()}; {@link BatchCalls} takes it from there. Subtask's thread only.
 */
final class BatchRunner<IN, OUT> {

    private static final long NANOS_IN_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final OpenBatch<InFlightRow<IN, OUT>> openBatch;
    private final Duration maxDelay;
    @Nullable private final Duration rowDeadline;
    private final BatchCalls<IN, OUT> calls;
    private final SubtaskContext subtask;

    private Stopwatch open;
    private boolean delayTimerIsSet;

    BatchRunner(
            InferenceSpec<IN, OUT> spec,
            BatchEncoder<InFlightRow<IN, OUT>> encoder,
            BatchCalls<IN, OUT> calls,
            SubtaskContext subtask) {
        this.openBatch = new OpenBatch<>(encoder, limits(spec, calls));
        this.maxDelay = spec.config().maxBatchDelay();
        this.rowDeadline = spec.config().rowDeadline().orElse(null);
        this.calls = calls;
        this.subtask = subtask;
    }

    private static <IN, OUT> OpenBatch.Limits<InFlightRow<IN, OUT>> limits(
            InferenceSpec<IN, OUT> spec, BatchCalls<IN, OUT> calls) {
        RowWeigher<IN> weigher = spec.weigher();
        return new OpenBatch.Limits<>(
                calls::maxBatchSize,
                Math.min(spec.config().maxBatchBytes(), spec.config().capacityBytes()),
                spec.maxBatchWeight(),
                weigher == null ? null : row -> weigher.weigh(row.value()));
    }

    /** The encoded bytes of the open batch. */
    long openBytes() {
        return openBatch.byteSize();
    }

    /** Whether no row is in the open batch. */
    boolean isEmpty() {
        return openBatch.isEmpty();
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
            open = Stopwatch.start(subtask.nanoClock());
        }
        if (openBatch.isFull() || maxDelay.isZero()) {
            flush();
        } else if (!delayTimerIsSet) {
            setDelayTimer();
        }
    }

    /** Sends the open batch, if there is one. */
    void flush() {
        if (openBatch.isEmpty()) {
            return;
        }
        Batch<InFlightRow<IN, OUT>> batch = Batch.first(openBatch.rows(), deadline());
        subtask.metrics().batchSent(batch.size(), calls.maxBatchSize(), open.time().toMillis());
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

    private void setDelayTimer() {
        delayTimerIsSet = true;
        Duration left = maxDelay.minus(open.time());
        subtask.after(left.plusNanos(NANOS_IN_MILLI - 1).toMillis(), this::delayElapsed);
    }

    /** One timer serves many batches: if the batch it was set for is gone, it is set again. */
    private void delayElapsed() {
        delayTimerIsSet = false;
        if (openBatch.isEmpty()) {
            return;
        }
        if (open.time().compareTo(maxDelay) >= 0) {
            flush();
        } else {
            setDelayTimer();
        }
    }

    /** Counts from the first row of the batch at hand. */
    private Deadline deadline() {
        if (rowDeadline == null) {
            return Deadline.none();
        }
        return Deadline.after(rowDeadline.minus(open.time()), subtask.nanoClock());
    }
}
