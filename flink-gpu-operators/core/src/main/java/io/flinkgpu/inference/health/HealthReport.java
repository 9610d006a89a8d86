package io.flinkgpu.inference.health;

import io.flinkgpu.resources.lease.DeviceBlock;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A subtask tells its coordinator what speaks against its devices or a node.
 *
 * @param node the node's id, as Flink names it
 * @param block of a device of the node; only with DEVICE_BLOCKED
 * @param cause why, a sentence for people
 */
@Internal
public record HealthReport(String node, Kind kind, @Nullable DeviceBlock block, String cause)
        implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    /** What has happened. */
    public enum Kind {
        /** A device of the process is blocked. */
        DEVICE_BLOCKED,
        /** A device of the process ought to be blocked, and is not. */
        DEVICE_SPARED,
        /** A detector suspects the node. */
        NODE_SUSPECTED,
        /** The node is about to go, and finishes what it has. */
        NODE_LEAVING
    }

    /** A device was blocked. */
    public static HealthReport ofBlocked(String node, DeviceBlock block) {
        return new HealthReport(
                node, Kind.DEVICE_BLOCKED, block, ofDevice(block.device(), block.cause()));
    }

    /** A device ought to be blocked, and is not. */
    public static HealthReport ofSpared(String node, String device, String cause) {
        return new HealthReport(node, Kind.DEVICE_SPARED, null, ofDevice(device, cause));
    }

    /** A detector suspects a node. */
    public static HealthReport ofNode(String node, String cause, boolean leaving) {
        return new HealthReport(
                node, leaving ? Kind.NODE_LEAVING : Kind.NODE_SUSPECTED, null, cause);
    }

    /** Whether the node itself is at fault. */
    public boolean isOfNode() {
        return kind == Kind.NODE_SUSPECTED || kind == Kind.NODE_LEAVING;
    }

    private static String ofDevice(String device, String cause) {
        return "device " + device + ": " + cause;
    }
}
