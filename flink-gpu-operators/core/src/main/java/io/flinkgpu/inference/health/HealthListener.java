package io.flinkgpu.inference.health;

import io.flinkgpu.resources.lease.DeviceBlock;

/**
 * Hears what others must know of the health of its process.
 *
 * <p>Called by any thread; must return at once and may not throw.
 */
interface HealthListener {

    /** A device is not leased for a while. */
    void deviceBlocked(DeviceBlock block);

    /** A device ought to be blocked, and goes on because too many others are, or it has none. */
    void deviceSpared(String device, String cause);

    /**
     * A detector suspects the process's node.
     *
     * @param leaving whether it is about to go
     */
    void nodeSuspected(String cause, boolean leaving);

    /** The process's node, which was about to go, stays after all. */
    void nodeStays(String cause);

    /** So many runs are stuck that the process should end. */
    void processUnfit(String cause);
}
