package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.resources.lease.DeviceLease;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * What a pool's subtask leased: a device, and the models on it.
 *
 * <p>Its life: leased, lingering, leased again or draining, closed. Guarded by the server, but for
 * {@link #describe}, which any thread may call.
 */
final class ServedReplica {

    private final ReplicaRequest request;
    @Nullable private final DeviceLease device;
    private final List<ServedVersion> versions;
    private boolean leased = true;
    private long idlePeriods;

    /** With {@code device} null, the models run on the processor. */
    ServedReplica(
            ReplicaRequest request, @Nullable DeviceLease device, List<ServedVersion> versions) {
        this.request = request;
        this.device = device;
        this.versions = List.copyOf(versions);
    }

    ReplicaRequest request() {
        return request;
    }

    List<ServedVersion> versions() {
        return versions;
    }

    boolean isLingering() {
        return !leased && !isDraining();
    }

    boolean isDraining() {
        return versions.stream().anyMatch(ServedVersion::isDraining);
    }

    void takeOver() {
        leased = true;
    }

    /** Begins to linger; the number tells this time from later ones. */
    long linger() {
        leased = false;
        return ++idlePeriods;
    }

    boolean stillLingers(long idlePeriod) {
        return isLingering() && idlePeriods == idlePeriod;
    }

    void drain() {
        versions.forEach(ServedVersion::drain);
    }

    int pendingRows() {
        return versions.stream().mapToInt(ServedVersion::pendingRows).sum();
    }

    CompletableFuture<Void> ready() {
        return CompletableFuture.allOf(
                versions.stream().map(ServedVersion::ready).toArray(CompletableFuture<?>[]::new));
    }

    void close() {
        versions.forEach(ServedVersion::close);
        if (device != null) {
            device.close();
        }
    }

    Replica describe(ReplicaAddress address, String node) {
        return new Replica(
                address,
                node,
                device == null ? "cpu" : device.device().name(),
                state(),
                versions.stream().map(ServedVersion::model).collect(Collectors.toSet()),
                load());
    }

    private ReplicaState state() {
        if (isDraining()) {
            return ReplicaState.DRAINING;
        }
        if (!versions.stream().allMatch(ServedVersion::isLoaded)) {
            return ReplicaState.LOADING;
        }
        return versions.stream().allMatch(ServedVersion::isHealthy)
                ? ReplicaState.READY
                : ReplicaState.UNHEALTHY;
    }

    private ReplicaLoad load() {
        long now = System.nanoTime();
        int waiting = 0;
        int running = 0;
        long served = 0;
        double perSecond = 0;
        for (ServedVersion version : versions) {
            waiting += version.waitingRows();
            running += version.runningRows();
            served += version.meter().total();
            perSecond += version.meter().perSecond(now);
        }
        return new ReplicaLoad(waiting, running, served, perSecond);
    }
}
