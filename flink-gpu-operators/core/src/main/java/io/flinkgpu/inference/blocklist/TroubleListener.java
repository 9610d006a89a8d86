package io.flinkgpu.inference.blocklist;

import org.apache.flink.annotation.Internal;

/**
 * Hears of trouble in its process that others must know of.
 *
 * <p>Called by any thread; must return at once and may not throw.
 */
@Internal
public interface TroubleListener {

    /** A device was blocked, or should have been. */
    void deviceInTrouble(DeviceTrouble trouble);

    /** The node is about to go. */
    void nodeLeaving(String cause);

    /** So many runs are stuck that the process should end. */
    void processUnfit(String cause);
}
