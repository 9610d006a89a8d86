package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * When faults of devices become a block of their node.
 *
 * <p>From the bottom up: errors of a device are strikes ({@link DeviceStrikes}); enough strikes
 * block it, and its process leases another one. A process never blocks more than a share of its
 * devices, so that the only device of one is spared; then, or when several devices of a node are
 * blocked, the node is at fault rather than the device, and it is blocked as a whole. A node that
 * is suspected itself, or about to go, is blocked at once. Never is more than a share of the nodes
 * blocked, and never the last one: where everything is sick, going on slowly is better than not at
 * all.
 *
 * @param devicesOfNode blocked devices that block their node, at least 1
 * @param nodeBlock how long a node is blocked, above zero
 * @param maxNodeShare of the nodes that may be blocked, 0 to 1
 */
@Internal
public record EscalationPolicy(int devicesOfNode, Duration nodeBlock, double maxNodeShare) {

    /** Two devices block a node for an hour, at most half of the nodes. */
    public static EscalationPolicy defaults() {
        return new EscalationPolicy(2, Duration.ofHours(1), 0.5);
    }

    /**
     * What the coordinator knows against a node.
     *
     * @param nodeIsAtFault a detector suspects the node itself, or it is about to go
     * @param deviceWasSpared a device of it ought to be blocked, and is not
     * @param blockedDevicesOfNode as its processes reported them
     */
    public record Evidence(
            boolean nodeIsAtFault, boolean deviceWasSpared, int blockedDevicesOfNode) {}

    /** How the nodes stand, this one not yet blocked. */
    public record Nodes(int all, int blocked) {}

    /** For how long to block the node; empty: not at all. */
    public Optional<Duration> nodeBlock(Evidence evidence, Nodes nodes) {
        return calls(evidence) && allows(nodes) ? Optional.of(nodeBlock) : Optional.empty();
    }

    /** Whether the fault is the node's. */
    public boolean calls(Evidence evidence) {
        return evidence.nodeIsAtFault()
                || evidence.deviceWasSpared()
                || evidence.blockedDevicesOfNode() >= devicesOfNode;
    }

    private boolean allows(Nodes nodes) {
        int blocked = nodes.blocked() + 1;
        return blocked <= maxNodeShare * nodes.all() && blocked < nodes.all();
    }
}
