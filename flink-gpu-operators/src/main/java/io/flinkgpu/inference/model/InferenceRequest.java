package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A batch on its way to a device. It owns the batch and closes it when it is done with. */
final class InferenceRequest {

    private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
    private final long arrivalNanos;
    private final Deadline deadline;
    private final int rows;
    private TensorBatch batch;

    InferenceRequest(TensorBatch batch, long arrivalNanos, Deadline deadline) {
        this.batch = batch;
        this.rows = batch.rows();
        this.arrivalNanos = arrivalNanos;
        this.deadline = deadline;
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

    long arrivalNanos() {
        return arrivalNanos;
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
                                .formatted(
                                        rows,
                                        TimeUnit.NANOSECONDS.toMillis(
                                                System.nanoTime() - arrivalNanos))));
    }

    /** The timer may be late: what is past its deadline never runs. */
    void expireIfDue() {
        if (deadline.hasPassed()) {
            expire();
        }
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
