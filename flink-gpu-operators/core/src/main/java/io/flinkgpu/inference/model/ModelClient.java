package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * How an operator runs batches on a model, wherever the model lives.
 *
 * <p>Safe for use by many threads. Futures complete on threads of the host: continue elsewhere.
 */
@Internal
public interface ModelClient extends AutoCloseable {

    /**
     * Completes when the model is loaded and warm; fails with {@link ModelLoadException} if it
     * never will be.
     */
    CompletableFuture<ModelReadiness> ready();

    /**
     * What tells the model's answers from those of others, such as an older version of it; empty
     * while it is not known. Called by the thread that calls {@link #infer(TensorBatch, Deadline)}.
     */
    default Optional<ModelIdentity> identity() {
        return Optional.empty();
    }

    /**
     * The SHA-256 of the files that the model was loaded from, as {@link ModelRef#withSha256} takes
     * it; empty while or where it is not known. Returns at once. Called by the thread that calls
     * {@link #infer(TensorBatch, Deadline)}.
     */
    default Optional<String> checksum() {
        return Optional.empty();
    }

    /**
     * Runs a batch, which the client owns from here on and closes, also when it fails.
     *
     * <p>May be called before {@link #ready()} completes: the batch waits. Cancelling the future
     * gives the request up: it does not run unless it has started. The future fails with {@link
     * DeadlineExceededException} as soon as the deadline has passed, and with {@link
     * ModelLoadException}, {@link ModelRunException} or {@link
     * io.flinkgpu.inference.tensor.ShapeMismatchException}.
     */
    CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline);

    /**
     * Runs a batch as {@link #infer(TensorBatch, Deadline)} does, in a device batch of its own: no
     * request of others shares the fate of rows in whose run a device has been lost.
     */
    CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline);

    /** Runs a batch without a deadline, as {@link #infer(TensorBatch, Deadline)} does. */
    default CompletableFuture<InferenceResult> infer(TensorBatch batch) {
        return infer(batch, Deadline.none());
    }

    /**
     * Whether what is asked for waits until the model is loaded: at first, and wherever it moved
     * to. Called by the thread that calls {@link #infer(TensorBatch, Deadline)}.
     */
    default boolean isLoading() {
        return !ready().isDone();
    }

    /**
     * What the client waits for without being able to do anything about it, for people, such as
     * {@code a replica that is ready}; empty if nothing but its calls.
     */
    default Optional<String> waitsFor() {
        return Optional.empty();
    }

    /**
     * Takes what answers at present as stuck, and asks something else from here on, if there is
     * something else. Does not wait and does not throw.
     *
     * @param reason for people
     */
    default void moveOn(String reason) {}

    /**
     * Numbers about the client for the metrics of its operator, by name in camel case; each is read
     * by a reporter's thread.
     */
    default Map<String, LongSupplier> gauges() {
        return Map.of();
    }

    /**
     * Lets go of the model. Requests whose run has not started fail.
     *
     * <p>Does not wait and does not throw.
     */
    @Override
    void close();
}
