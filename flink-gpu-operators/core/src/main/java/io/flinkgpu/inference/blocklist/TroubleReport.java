package io.flinkgpu.inference.blocklist;

import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A subtask tells its coordinator of trouble in its process.
 *
 * @param node on which the process runs, as Flink names it
 * @param device in trouble; null: the node is about to go
 * @param cause why, a sentence for people
 */
@Internal
public record TroubleReport(String node, @Nullable DeviceTrouble device, String cause)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** A report of a device. */
    public static TroubleReport of(String node, DeviceTrouble trouble) {
        return new TroubleReport(
                node, trouble, "device " + trouble.device() + ": " + trouble.cause());
    }

    /** A report of a node that is about to go. */
    public static TroubleReport ofLeaving(String node, String cause) {
        return new TroubleReport(node, null, cause);
    }

    /** Whether the node is about to go. */
    public boolean isNodeLeaving() {
        return device == null;
    }
}
