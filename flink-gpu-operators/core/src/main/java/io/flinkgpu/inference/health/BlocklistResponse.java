package io.flinkgpu.inference.health;

import io.flinkgpu.resources.lease.DeviceBlock;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/**
 * What a coordinator knows to be blocked.
 *
 * @param nodes that are blocked, in the order in which they came
 * @param devices that are blocked, by what their processes reported
 */
@Internal
public record BlocklistResponse(List<NodeBlock> nodes, List<BlockedDevice> devices)
        implements CoordinationResponse {

    private static final long serialVersionUID = 1L;

    /** A block of a device, and the node that the device belongs to. */
    public record BlockedDevice(String node, DeviceBlock block) implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    /** Copies the lists. */
    public BlocklistResponse {
        nodes = List.copyOf(nodes);
        devices = List.copyOf(devices);
    }
}
