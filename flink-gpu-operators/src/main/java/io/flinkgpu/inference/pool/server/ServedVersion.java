package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of a model on one device, and the rows that it owes answers for.
 *
 * <p>So many rows may be pending; a larger request passes if nothing else is. Safe for use by many
 * threads.
 */
final class ServedVersion {

    private static final double NEWEST = 0.2;
    private static final long MAX_PUSHBACK_MILLIS = 10_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final ServedModel model;
    private final String platform;
    private final LocalModelClient client;
    private final int maxPendingRows;
    private final ModelHealth health;
    private final AtomicInteger pendingRows = new AtomicInteger();
    private final RowMeter meter = new RowMeter(System.nanoTime());
    private double nanosPerRow;
    private volatile boolean draining;

    /**
     * A version that is loading or loaded.
     *
     * @param platform the runtime that runs it
     */
    ServedVersion(
            ServedModel model,
            String platform,
            LocalModelClient client,
            int maxPendingRows,
            HealthRules rules) {
        this.model = model;
        this.platform = platform;
        this.client = client;
        this.maxPendingRows = maxPendingRows;
        this.health = new ModelHealth(client, rules);
    }

    ServedModel model() {
        return model;
    }

    String platform() {
        return platform;
    }

    CompletableFuture<ModelReadiness> ready() {
        return client.ready();
    }

    /** Inputs and outputs; empty while it loads. */
    Optional<ModelSignature> signature() {
        CompletableFuture<ModelReadiness> ready = client.ready();
        return ready.isDone() && !ready.isCompletedExceptionally()
                ? Optional.of(ready.join().signature())
                : Optional.empty();
    }

    boolean isLoaded() {
        return signature().isPresent();
    }

    boolean isHealthy() {
        return health.isHealthy();
    }

    boolean takesRequests() {
        return !draining && isLoaded() && isHealthy();
    }

    boolean isDraining() {
        return draining;
    }

    /** Takes no new request from here on. */
    void drain() {
        draining = true;
    }

    int pendingRows() {
        return pendingRows.get();
    }

    RowMeter meter() {
        return meter;
    }

    /** Rows that wait, as opposed to those that run. */
    int waitingRows() {
        return client.activity().waitingRows();
    }

    int runningRows() {
        return client.activity().runningRows();
    }

    /** Looks at the model, and probes it if it is idle. */
    void checkHealth() {
        if (isLoaded() && !draining) {
            health.check(signature().orElseThrow(), pendingRows() == 0);
        }
    }

    /**
     * Runs a batch, which it closes in any case.
     *
     * @throws RequestException if too many rows are pending
     */
    CompletableFuture<InferenceResult> infer(TensorBatch inputs, Deadline deadline)
            throws RequestException {
        int rows = inputs.rows();
        if (!admit(rows)) {
            inputs.close();
            throw RequestException.pushedBack(
                    "Cannot take %d rows for %s: %d are pending, and %d may be. Ask another replica, or later."
                            .formatted(rows, model, pendingRows(), maxPendingRows),
                    pushbackMillis());
        }
        CompletableFuture<InferenceResult> answer = client.infer(inputs, deadline);
        CompletableFuture<?> unused =
                answer.whenComplete((result, failure) -> answered(rows, result));
        return answer;
    }

    /** Lets go of the model. */
    void close() {
        client.close();
    }

    private boolean admit(int rows) {
        int before =
                pendingRows.getAndUpdate(
                        pending ->
                                pending > 0 && pending + rows > maxPendingRows
                                        ? pending
                                        : pending + rows);
        return before == 0 || before + rows <= maxPendingRows;
    }

    private void answered(int rows, InferenceResult result) {
        pendingRows.addAndGet(-rows);
        if (result != null) {
            meter.add(rows);
            ran(result.runNanos() / (double) Math.max(1, result.deviceBatchRows()));
        }
    }

    private synchronized void ran(double sampleNanosPerRow) {
        nanosPerRow += NEWEST * (sampleNanosPerRow - nanosPerRow);
    }

    private synchronized double nanosPerRow() {
        return nanosPerRow;
    }

    private long pushbackMillis() {
        long millis = (long) (pendingRows() * nanosPerRow() / NANOS_PER_MILLI);
        return Math.max(1, Math.min(MAX_PUSHBACK_MILLIS, millis));
    }
}
