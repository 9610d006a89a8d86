package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A batch on its way to a device. It owns the batch and closes it when it is done with. */
final class InferenceRequest {

    private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
    private final Stopwatch sinceArrival;
    private final Deadline deadline;
    private final Deadline startBy;
    private final Merging merging;
    private final int rows;
    private TensorBatch batch;

    /**
     * A request that has just arrived.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    InferenceRequest(
            TensorBatch batch,
            Deadline deadline,
            Deadline startBy,
            Merging merging,
            LongSupplier nanoClock) {
        this.batch = batch;
        this.rows = batch.rows();
        this.sinceArrival = Stopwatch.start(nanoClock);
        this.deadline = deadline;
        this.startBy = startBy;
        this.merging = merging;
    }

    TensorBatch batch() {
        return batch;
    }

    int rows() {
        return rows;
    }

    Deadline deadline() {
        return deadline;
    }

    /** When it is taken back if its run has not started. */
    Deadline startBy() {
        return startBy;
    }

    /** Whether its rows are to run in a device batch of their own. */
    boolean isAlone() {
        return merging == Merging.FORBIDDEN;
    }

    /** Since it came. */
    long ageNanos() {
        return sinceArrival.nanos();
    }

    CompletableFuture<InferenceResult> result() {
        return result;
    }

    /** Whether nobody waits for the result any more: it was cancelled, or its deadline passed. */
    boolean isGivenUp() {
        return result.isDone();
    }

    /** Fails the result, if it is still open; the batch stays with whoever has the request. */
    void expire() {
        result.completeExceptionally(
                new DeadlineExceededException(
                        "Cannot answer request of %d rows: its deadline passed after %d ms."
                                .formatted(rows, sinceArrival.time().toMillis())));
    }

    /**
     * Takes it back, if it is still open: from here on it never runs, unless it has started, in
     * which case the caller must not ask for this.
     */
    void withdrawUnstarted() {
        result.completeExceptionally(
                new NotStartedException(
                        "Cannot start request of %d rows: it has waited for %d ms and was withdrawn."
                                .formatted(rows, sinceArrival.time().toMillis())));
    }

    /** Timers may be late: what is past its time never runs. */
    void expireIfDue() {
        if (deadline.hasPassed()) {
            expire();
        } else if (startBy.hasPassed()) {
            withdrawUnstarted();
        }
    }

    /** Fails the result while a run may still read the batch, which the run's end closes. */
    void abandon(Throwable cause) {
        result.completeExceptionally(cause);
    }

    void conformTo(ModelSignature signature) {
        batch = signature.conform(batch);
    }

    void complete(InferenceResult value) {
        batch.close();
        if (!result.complete(value)) {
            value.outputs().close();
        }
    }

    /** Gives the batch's memory back without a result. */
    void discard() {
        batch.close();
    }

    void fail(Throwable cause) {
        batch.close();
        result.completeExceptionally(cause);
    }
}
