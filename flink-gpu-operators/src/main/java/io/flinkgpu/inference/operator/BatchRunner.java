package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.coordinator.MembersChanged;
import io.flinkgpu.inference.coordinator.MembershipListener;
import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Sends batches to the model and completes their rows with the answers.
 *
 * <p>The open batch is sent when a limit is reached, when its first row has waited for the batch
 * delay, or on {@link #flush()}. Answers arrive on the model's threads and are handled in a mail.
 * Mailbox thread only.
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
    private final TensorDecoder<IN, OUT> decoder;
    private final long maxDelayMillis;
    @Nullable private final Duration rowDeadline;
    private final boolean rowsMayFail;
    private final ModelClient client;
    private final OperatorMailbox mailbox;
    private final ProcessingTimeService timers;
    private final InferenceMetrics metrics;
    private final Listener<IN, OUT> listener;

    private long openSince;
    private boolean delayTimerIsSet;
    private int batchesInFlight;
    private boolean closed;

    BatchRunner(
            InferenceSpec<IN, OUT> spec,
            ModelClient client,
            Subtask subtask,
            Listener<IN, OUT> listener) {
        this.openBatch = BatchAssembler.of(spec);
        this.decoder = spec.decoder();
        this.maxDelayMillis = spec.config().maxBatchDelay().toMillis();
        this.rowDeadline = spec.config().rowDeadline().orElse(null);
        this.rowsMayFail = spec.deadLetters() != null;
        this.client = client;
        this.mailbox = subtask.mailbox();
        this.timers = subtask.timers();
        this.metrics = subtask.metrics();
        this.listener = listener;
    }

    /** Fails the task as soon as the model turns out unusable, also while no row comes. */
    void watchModel() {
        CompletableFuture<?> unused =
                client.ready()
                        .whenComplete(
                                (readiness, failure) ->
                                        mailbox.execute(
                                                () -> modelSettled(readiness, failure),
                                                "note model readiness"));
    }

    /** Encodes a row into the open batch and sends what is full; does not wait. */
    void add(InFlightRow<IN, OUT> row) {
        metrics.rowTaken();
        try {
            encode(row);
        } catch (Exception failure) {
            completeFailed(List.of(row), failure);
            return;
        }
        if (openBatch.size() == 1) {
            openSince = timers.getCurrentProcessingTime();
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
        metrics.batchSent(batch.rows().size(), timers.getCurrentProcessingTime() - openSince);
        batchesInFlight++;
        CompletableFuture<?> unused =
                client.infer(batch.inputs(), deadline())
                        .whenComplete((result, failure) -> answered(batch, result, failure));
    }

    int batchesInFlight() {
        return batchesInFlight;
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
        openBatch.discard();
        client.close();
    }

    /** Any thread. */
    private void answered(
            AssembledBatch<IN, OUT> batch, InferenceResult result, Throwable failure) {
        boolean taken =
                mailbox.execute(() -> complete(batch, result, failure), "complete inferred batch");
        if (!taken && result != null) {
            result.outputs().close();
        }
    }

    private void complete(
            AssembledBatch<IN, OUT> batch, InferenceResult result, Throwable failure) {
        batchesInFlight--;
        if (result == null) {
            completeFailed(batch.rows(), unwrapped(failure));
            return;
        }
        try (TensorBatch outputs = result.outputs()) {
            if (!closed) {
                metrics.batchAnswered(result);
                completeAnswered(batch.rows(), outputs);
            }
        }
    }

    private void completeAnswered(List<InFlightRow<IN, OUT>> rows, TensorBatch outputs) {
        TensorRow answer = new TensorRow(outputs);
        for (int i = 0; i < rows.size(); i++) {
            InFlightRow<IN, OUT> row = rows.get(i);
            try {
                row.complete(decoder.decode(row.value(), answer.moveTo(i)));
            } catch (Exception failure) {
                fail(row, failure);
            }
            listener.rowCompleted(row);
        }
        listener.batchCompleted();
    }

    private void completeFailed(List<InFlightRow<IN, OUT>> rows, Throwable failure) {
        if (closed) {
            return;
        }
        for (InFlightRow<IN, OUT> row : rows) {
            fail(row, failure);
            listener.rowCompleted(row);
        }
        listener.batchCompleted();
    }

    private void fail(InFlightRow<IN, OUT> row, Throwable failure) {
        if (!rowsMayFail || concernsEveryRow(failure)) {
            throw new InferenceException("Cannot infer row: " + failure.getMessage(), failure);
        }
        metrics.rowFailed();
        row.fail(failure);
    }

    /** The model itself is unusable: a dead letter for each row would only hide it. */
    private static boolean concernsEveryRow(Throwable failure) {
        return failure instanceof ModelLoadException
                || failure instanceof SignatureMismatchException
                || failure instanceof Error;
    }

    private void modelSettled(ModelReadiness readiness, Throwable failure) {
        if (closed) {
            return;
        }
        if (readiness == null) {
            Throwable cause = unwrapped(failure);
            throw new InferenceException(cause.getMessage(), cause);
        }
        metrics.modelReady(readiness);
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
        ScheduledFuture<?> unused = timers.registerTimer(time, this::delayElapsed);
    }

    /** One timer serves many batches: if the batch it was set for is gone, it is set again. */
    private void delayElapsed(long time) {
        delayTimerIsSet = false;
        if (openBatch.isEmpty()) {
            return;
        }
        if (timers.getCurrentProcessingTime() >= due()) {
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
        long waitedMillis = timers.getCurrentProcessingTime() - openSince;
        return Deadline.after(rowDeadline.minusMillis(waitedMillis));
    }

    /** When the open batch is to be sent; a delay without end saturates. */
    private long due() {
        long due = openSince + maxDelayMillis;
        return due < openSince ? Long.MAX_VALUE : due;
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
