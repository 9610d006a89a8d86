package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.coordinator.MembersChanged;
import io.flinkgpu.inference.coordinator.MembershipListener;
import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.process.Causes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;

/**
 * Packs rows into batches and sends them to the model.
 *
 * <p>The open batch is sent when a limit is reached, when its first row has waited for the batch
 * delay, or on {@link #flush()}; {@link BatchCalls} takes it from there. Mailbox thread only.
 */
final class BatchRunner<IN, OUT> {

    /** Hears of rows that have a result or a failure. */
    interface Listener<IN, OUT> {

        /** A row of the batch at hand has been completed. */
        void rowCompleted(InFlightRow<IN, OUT> row);

        /** All rows of the batch at hand have been completed. */
        void batchCompleted();
    }

    private final BatchAssembler<IN, OUT> openBatch;
    private final long maxDelayMillis;
    @Nullable private final Duration rowDeadline;
    private final ModelClient client;
    private final BatchCalls<IN, OUT> calls;
    private final Subtask subtask;

    private long openSince;
    private boolean delayTimerIsSet;
    private boolean closed;

    BatchRunner(
            InferenceSpec<IN, OUT> spec,
            ModelClient client,
            Subtask subtask,
            Listener<IN, OUT> listener) {
        this.openBatch = BatchAssembler.of(spec);
        this.maxDelayMillis = spec.config().maxBatchDelay().toMillis();
        this.rowDeadline = spec.config().rowDeadline().orElse(null);
        this.client = client;
        this.calls = new BatchCalls<>(spec, client, openBatch, subtask, listener);
        this.subtask = subtask;
    }

    /** Fails the task as soon as the model turns out unusable, also while no row comes. */
    void watchModel() {
        CompletableFuture<?> unused =
                client.ready()
                        .whenComplete(
                                (readiness, failure) ->
                                        subtask.mailbox()
                                                .execute(
                                                        () -> modelSettled(readiness, failure),
                                                        "note model readiness"));
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
        if (openBatch.size() == 1) {
            openSince = subtask.timers().getCurrentProcessingTime();
        }
        if (openBatch.isFull() || maxDelayMillis == 0) {
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
        AssembledBatch<IN, OUT> batch = openBatch.build();
        subtask.metrics()
                .batchSent(
                        batch.rows().size(),
                        subtask.timers().getCurrentProcessingTime() - openSince);
        calls.send(SentBatch.first(batch.rows(), deadline()), batch.inputs());
    }

    int batchesInFlight() {
        return calls.inFlight();
    }

    BatchCalls<IN, OUT> calls() {
        return calls;
    }

    /** Tells the client who is in its pools, if it has any. */
    void membersChanged(MembersChanged event) {
        if (client instanceof MembershipListener pools) {
            pools.membersChanged(event);
        }
    }

    /** Gives up what is open or in flight; late answers are dropped. */
    void close() {
        closed = true;
        calls.close();
        openBatch.discard();
        client.close();
    }

    private void modelSettled(ModelReadiness readiness, Throwable failure) {
        if (closed) {
            return;
        }
        if (readiness == null) {
            Throwable cause = Causes.unwrapped(failure);
            throw new InferenceException(cause.getMessage(), cause);
        }
        subtask.metrics().modelReady(readiness);
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
