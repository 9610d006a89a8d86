package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;

/**
 * One version of a model on one device, and who waits for it.
 *
 * <p>Safe for use by many threads.
 */
final class ModelCopy {

    private final ServedModel model;
    private final String runtime;
    private final LocalModelClient client;
    private final CompletableFuture<ModelReadiness> ready;
    private final Admission admission;
    private final CopyHealth health;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    @Nullable private volatile ModelSignature signature;
    private volatile ModelDescription description = ModelDescription.none();
    private final AtomicLong rowsServed = new AtomicLong();
    private final CopyStatistics statistics = new CopyStatistics(Clock.systemUTC());
    private final int maxBatchSize;
    private int pending;
    private volatile boolean draining;

    /**
     * A copy that loads.
     *
     * @param runtime name of the runtime
     * @param client closed with the copy
     * @param maxBatchSize rows of the largest device batch
     */
    ModelCopy(
            ServedModel model,
            String runtime,
            LocalModelClient client,
            Admission admission,
            Duration maxRunTime,
            int maxBatchSize) {
        this.model = model;
        this.runtime = runtime;
        this.client = client;
        this.admission = admission;
        this.maxBatchSize = maxBatchSize;
        this.health = new CopyHealth(client, maxRunTime);
        this.ready =
                client.ready()
                        .whenComplete(
                                (readiness, failure) -> {
                                    if (readiness != null) {
                                        description = readiness.description();
                                        signature = readiness.signature();
                                    }
                                });
    }

    ServedModel model() {
        return model;
    }

    /** Name of the runtime. */
    String runtime() {
        return runtime;
    }

    /** The format and its runtime as servers name them, or else the runtime's own name. */
    String platform() {
        String named = description.platform();
        return named.isEmpty() ? runtime : named;
    }

    /** What its files say of it; empty until it is loaded. */
    Map<String, String> properties() {
        return description.properties();
    }

    CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    /** What it takes and gives; empty until it is loaded. */
    Optional<ModelSignature> signature() {
        return Optional.ofNullable(signature);
    }

    /** Rows of the largest device batch. */
    int maxBatchSize() {
        return maxBatchSize;
    }

    CopyStatistics statistics() {
        return statistics;
    }

    CopyHealth health() {
        return health;
    }

    ModelActivity activity() {
        return client.activity();
    }

    /** Whether it is loaded and goes on; it may be unwell all the same. */
    boolean isServing() {
        return signature != null && !draining;
    }

    /** Whether it takes requests. */
    boolean isReady() {
        return isServing() && health.isHealthy();
    }

    /** Whether its device is lost, for good. */
    boolean isLost() {
        return client.isLost();
    }

    boolean isDraining() {
        return draining;
    }

    /** Rows answered since it was opened. */
    long rowsServed() {
        return rowsServed.get();
    }

    Duration pushback() {
        return admission.pushback(client.activity().waitingRows());
    }

    /**
     * Queues a batch, which is its from here on.
     *
     * @param startBy when it is withdrawn if its run has not started
     * @return empty if too many rows wait; the batch stays the caller's
     */
    synchronized Optional<CompletableFuture<InferenceResult>> infer(
            TensorBatch batch, Deadline deadline, Deadline startBy, Merging merging) {
        int rows = batch.rows();
        // INVARIANT: the queue is read and joined under one lock, so that its bound holds
        if (draining || !admission.admits(client.activity().waitingRows(), rows)) {
            return Optional.empty();
        }
        pending++;
        CompletableFuture<InferenceResult> result = client.infer(batch, deadline, startBy, merging);
        CompletableFuture<?> unused = result.whenComplete((answer, failure) -> ended(answer, rows));
        return Optional.of(result);
    }

    /** Takes nothing new; completes when it has answered what it has. */
    CompletableFuture<Void> drain() {
        draining = true;
        completeIfIdle();
        return drained;
    }

    /** Lets go of the model; what still waits fails. */
    void close() {
        draining = true;
        client.close();
    }

    private void ended(@Nullable InferenceResult answer, int rows) {
        if (answer != null) {
            admission.ran(answer.deviceBatchRows(), answer.runNanos());
            rowsServed.addAndGet(rows);
        }
        synchronized (this) {
            pending--;
        }
        completeIfIdle();
    }

    private void completeIfIdle() {
        boolean idle;
        synchronized (this) {
            idle = draining && pending == 0;
        }
        if (idle) {
            drained.complete(null);
        }
    }
}
