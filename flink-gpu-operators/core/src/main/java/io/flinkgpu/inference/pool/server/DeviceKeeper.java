package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Leases devices in a thread that lives as long as the process.
 *
 * <p>A {@link DeviceLease} ends with the thread that acquired it, and replicas outlive the threads
 * of the subtasks that ask for them. Safe for use by many threads.
 */
final class DeviceKeeper {

    private final DeviceLeaseTable table;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(DaemonThreads.numbered("replica-devices"));

    DeviceKeeper(DeviceLeaseTable table) {
        this.table = table;
    }

    /** Adds devices to lease. */
    void register(Collection<GpuDevice> devices) {
        table.register(devices);
    }

    /** Leases a share of a device; fails as {@link DeviceLeaseTable#acquire} does. */
    CompletableFuture<DeviceLease> acquire(LeaseRequest request) {
        return CompletableFuture.supplyAsync(() -> table.acquire(request), thread);
    }
}
