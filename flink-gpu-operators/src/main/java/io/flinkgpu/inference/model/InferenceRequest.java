package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.concurrent.CompletableFuture;

/** A batch on its way to a device. It owns the batch and closes it when it is done with. */
final class InferenceRequest {

    private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
    private final long arrivalNanos;
    private TensorBatch batch;

    InferenceRequest(TensorBatch batch, long arrivalNanos) {
        this.batch = batch;
        this.arrivalNanos = arrivalNanos;
    }

    TensorBatch batch() {
        return batch;
    }

    int rows() {
        return batch.rows();
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    CompletableFuture<InferenceResult> result() {
        return result;
    }

    /** Whether nobody waits for the result any more: its receiver cancelled or completed it. */
    boolean isGivenUp() {
        return result.isDone();
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
