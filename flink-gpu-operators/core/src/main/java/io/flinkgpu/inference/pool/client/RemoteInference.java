package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * A batch on its way through the pool.
 *
 * <p>It owns the batch and closes it once: when the result is settled and no attempt reads it any
 * more. Safe for use by many threads.
 */
final class RemoteInference implements RoutedCall.Listener<InferResponse> {

    /** Makes the call of a batch. */
    @FunctionalInterface
    interface Calls {
        RoutedCall<InferRequest, InferResponse> call(TensorBatch conformed, RemoteInference of);
    }

    private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
    private final AtomicReference<ScheduledFuture<?>> timer = new AtomicReference<>();
    private final Stopwatch sinceArrival = Stopwatch.start();
    private final Deadline deadline;
    private final Merging merging;
    private final SignatureLookup lookup;
    private final Consumer<String> answering;
    private final int rows;
    private TensorBatch batch;
    private boolean settled;
    @Nullable private RoutedCall<InferRequest, InferResponse> call;

    /**
     * An inference that has not begun.
     *
     * @param lookup why it may not begin for a while
     * @param answering hears which version has answered, before the result is there
     */
    RemoteInference(
            TensorBatch batch,
            Deadline deadline,
            Merging merging,
            SignatureLookup lookup,
            Consumer<String> answering) {
        this.batch = batch;
        this.rows = batch.rows();
        this.deadline = deadline;
        this.merging = merging;
        this.lookup = lookup;
        this.answering = answering;
    }

    /** The future that the client hands out; cancelling it gives the batch up. */
    CompletableFuture<InferenceResult> result() {
        return result;
    }

    Deadline deadline() {
        return deadline;
    }

    int rows() {
        return rows;
    }

    Merging merging() {
        return merging;
    }

    /** Fails the result as soon as the deadline has passed. */
    void watchDeadline(PoolConnection connection) {
        if (deadline.isNone()) {
            return;
        }
        timer.set(connection.schedule(this::expire, Math.max(0, deadline.leftNanos())));
        if (result.isDone()) {
            stopTimer();
        }
    }

    /** The replicas that were asked longer ago than that and have not answered. */
    List<ReplicaAddress> silentFor(Duration time) {
        RoutedCall<InferRequest, InferResponse> begun = begun();
        return begun == null ? List.of() : begun.silentFor(time);
    }

    /** Checks the batch and gets in line, once; a batch that does not fit the signature fails. */
    void begin(ModelSignature signature, Calls calls) {
        RoutedCall<InferRequest, InferResponse> begun;
        try {
            begun = conform(signature, calls);
        } catch (RuntimeException | Error mismatch) {
            fail(mismatch);
            return;
        }
        if (begun != null) {
            begun.submit();
        }
    }

    void fail(Throwable cause) {
        result.completeExceptionally(cause);
    }

    /** To be called when the result is settled, once. */
    void settled() {
        RoutedCall<InferRequest, InferResponse> left;
        synchronized (this) {
            settled = true;
            left = call;
            if (left == null) {
                batch.close();
            }
        }
        stopTimer();
        if (left != null) {
            left.giveUp();
        }
    }

    @Override
    public void answered(Replica replica, InferResponse response, long roundTripNanos) {
        TensorBatch outputs = response.outputs();
        if (outputs.rows() != rows) {
            outputs.close();
            fail(
                    new ModelRunException(
                            "Cannot run model %s: replica %s answered %d rows to a batch of %d."
                                    .formatted(
                                            response.model(),
                                            replica.address(),
                                            outputs.rows(),
                                            rows)));
            return;
        }
        answering.accept(response.model().version());
        if (!result.complete(resultOf(response, roundTripNanos))) {
            outputs.close();
        }
    }

    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    @Override
    public void discarded(InferResponse response) {
        response.close();
    }

    @Override
    public void requestReleased() {
        batch.close();
    }

    @Nullable
    private synchronized RoutedCall<InferRequest, InferResponse> conform(
            ModelSignature signature, Calls calls) {
        if (settled || call != null) {
            return null;
        }
        batch = signature.conform(batch);
        call = calls.call(batch, this);
        return call;
    }

    private void expire() {
        result.completeExceptionally(
                new DeadlineExceededException(
                        "Cannot answer batch of %d rows: its deadline passed after %d ms. %s"
                                .formatted(rows, sinceArrival.time().toMillis(), lastFailure())));
    }

    private String lastFailure() {
        RoutedCall<InferRequest, InferResponse> begun = begun();
        String where = begun == null ? "No replica has shown the model's signature yet. " : "";
        return where
                + (begun == null ? lookup.lastFailure() : begun.lastFailure())
                        .map(failure -> "The last failure was of " + failure.describe() + ".")
                        .orElse("No attempt failed.");
    }

    @Nullable
    private synchronized RoutedCall<InferRequest, InferResponse> begun() {
        return call;
    }

    private void stopTimer() {
        ScheduledFuture<?> set = timer.getAndSet(null);
        if (set != null) {
            set.cancel(false);
        }
    }

    /** A server that does not tell how the run went is taken as having run all the time. */
    private InferenceResult resultOf(InferResponse response, long roundTripNanos) {
        return new InferenceResult(
                response.outputs(),
                number(response, InferParameters.QUEUE_NANOS, 0),
                number(response, InferParameters.RUN_NANOS, roundTripNanos),
                (int) number(response, InferParameters.DEVICE_BATCH_ROWS, rows),
                response.model().version());
    }

    private static long number(InferResponse response, String parameter, long otherwise) {
        return response.parameters().get(parameter) instanceof Long value ? value : otherwise;
    }
}
