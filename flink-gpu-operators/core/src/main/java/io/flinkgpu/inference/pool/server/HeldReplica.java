package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * A replica of this process: a device, and models on it, whether a subtask holds it or it lingers.
 *
 * <p>Safe for use by many threads.
 */
final class HeldReplica {

    private final ReplicaRequest request;
    private final ReplicaModels models;
    private final ReplicaAddress address;
    private final String node;
    private final RowRate rate;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile List<ModelCopy> copies = List.of();
    @Nullable private volatile DeviceLease lease;
    private volatile ReplicaDevice device = ReplicaDevice.unknown();
    private volatile boolean draining;

    HeldReplica(
            ReplicaRequest request,
            ReplicaModels models,
            ReplicaAddress address,
            String node,
            RowRate rate) {
        this.request = request;
        this.models = models;
        this.address = address;
        this.node = node;
        this.rate = rate;
    }

    /** Whether a subtask with this request finds what it wants here. */
    boolean serves(ReplicaRequest wanted, ReplicaModels wantedModels) {
        return !draining && !isBroken() && request.equals(wanted) && models.equals(wantedModels);
    }

    /** Whether it never loaded, or its device is lost, so that only a new one can serve. */
    boolean isBroken() {
        return ready.isCompletedExceptionally() || copies.stream().anyMatch(ModelCopy::isLost);
    }

    boolean usesGpu() {
        return request.usesGpu();
    }

    /** Starts to serve on a device. */
    void open(@Nullable DeviceLease newLease, List<ModelCopy> newCopies) {
        lease = newLease;
        device = newLease == null ? ReplicaDevice.cpu() : describe(newLease.device());
        copies = List.copyOf(newCopies);
        CompletableFuture<?> unused =
                CompletableFuture.allOf(
                                newCopies.stream()
                                        .map(ModelCopy::ready)
                                        .toArray(CompletableFuture<?>[]::new))
                        .whenComplete(
                                (all, failure) -> {
                                    if (failure == null) {
                                        ready.complete(null);
                                    } else {
                                        fail(failure.getCause());
                                    }
                                });
    }

    void fail(Throwable cause) {
        ready.completeExceptionally(cause);
    }

    CompletableFuture<Void> ready() {
        return ready;
    }

    List<ModelCopy> copies() {
        return copies;
    }

    /** Takes nothing new; completes when it has answered what it has, or the time is over. */
    CompletableFuture<Void> drain(Duration timeout) {
        draining = true;
        CompletableFuture<?>[] drained =
                copies.stream().map(ModelCopy::drain).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(drained)
                .completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets go of models and device. */
    void close() {
        draining = true;
        fail(new IllegalStateException("Cannot load replica: it was given up."));
        copies.forEach(ModelCopy::close);
        DeviceLease held = lease;
        if (held != null) {
            held.close();
        }
    }

    boolean isDraining() {
        return draining;
    }

    Replica describe() {
        return new Replica(address, node, device, state(), models.versions().keySet(), load());
    }

    private static ReplicaDevice describe(GpuDevice device) {
        return new ReplicaDevice(device.uuid(), device.name());
    }

    ReplicaState state() {
        if (draining) {
            return ReplicaState.DRAINING;
        }
        if (!ready.isDone() || ready.isCompletedExceptionally()) {
            return ReplicaState.LOADING;
        }
        boolean healthy = copies.stream().allMatch(copy -> copy.health().isHealthy());
        return healthy ? ReplicaState.READY : ReplicaState.UNHEALTHY;
    }

    private ReplicaLoad load() {
        int waiting = 0;
        int running = 0;
        long served = 0;
        for (ModelCopy copy : copies) {
            ModelActivity activity = copy.activity();
            waiting += activity.waitingRows();
            running += activity.runningRows();
            served += copy.rowsServed();
        }
        return new ReplicaLoad(waiting, running, served, rate.perSecond(served));
    }
}
