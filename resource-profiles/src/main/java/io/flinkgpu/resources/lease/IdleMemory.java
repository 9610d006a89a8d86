package io.flinkgpu.resources.lease;

import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Memory of devices that is kept beside all leases, by what nobody uses at present.
 *
 * <p>It counts in the {@link DeviceLeaseTable}, and is let go of as soon as a lease needs it. Safe
 * for use by many threads; called under the lock of the table, so that it must neither block nor
 * call the table.
 */
@Internal
public interface IdleMemory {

    /** What is idle on a device, the longest idle first. */
    List<Holding> on(String deviceUuid);

    /** Lets a holding go, unless it is in use by now. */
    void letGo(Holding holding);

    /**
     * What holds memory of a device.
     *
     * @param owner whose memory it is, such as a model; compared by {@code equals}
     * @param bytes the most that it may hold
     */
    record Holding(String deviceUuid, Object owner, long bytes) {}
}
