package io.flinkgpu.resources.lease;

import io.flinkgpu.resources.device.GpuDevice;
import java.lang.ref.WeakReference;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/**
 * The right of one subtask to a share of one device.
 *
 * <p>It belongs to the thread that acquired it, and ends when it is closed (by any thread) or when
 * that thread is dead and the table notices. Safe for any thread.
 */
@Internal
public final class DeviceLease implements AutoCloseable {

    private final DeviceLeaseTable table;
    private final GpuDevice device;
    private final LeaseRequest request;
    private final WeakReference<Thread> owner;

    DeviceLease(DeviceLeaseTable table, GpuDevice device, LeaseRequest request, Thread owner) {
        this.table = table;
        this.device = device;
        this.request = request;
        this.owner = new WeakReference<>(owner);
    }

    /** Returns the device. */
    public GpuDevice device() {
        return device;
    }

    /** Returns the share of the device, in (0, 1]. */
    public double share() {
        return request.share();
    }

    /**
     * Returns the device memory that the holder may take: the cap it asked for, else its share of
     * the device's.
     */
    public MemorySize memoryCap() {
        return new MemorySize(memoryCapBytes());
    }

    /** Returns who holds it. */
    public String holder() {
        return request.holder();
    }

    /** Returns whether it is neither closed nor reclaimed. */
    public boolean isOpen() {
        return table.holds(this);
    }

    /** Gives the share back; nothing happens when it is given back already. */
    @Override
    public void close() {
        table.release(this);
    }

    @Override
    public String toString() {
        return holder() + " (" + share() + ", " + memoryCap().toHumanReadableString() + ")";
    }

    int thousandths() {
        return request.thousandths();
    }

    long memoryCapBytes() {
        return request.capBytesOn(device);
    }

    boolean isOrphan() {
        Thread thread = owner.get();
        return thread == null || !thread.isAlive();
    }
}
