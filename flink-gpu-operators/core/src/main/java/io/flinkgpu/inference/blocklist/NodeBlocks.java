package io.flinkgpu.inference.blocklist;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/**
 * The blocks that a coordinator knows.
 *
 * @param nodes that are blocked, in the order in which they came
 * @param devices that are blocked, by what their processes reported
 */
@Internal
public record NodeBlocks(List<NodeBlock> nodes, List<BlockedDevice> devices)
        implements CoordinationResponse {

    private static final long serialVersionUID = 1L;

    /** A blocked device of a node. */
    public record BlockedDevice(String node, String device, String cause, Instant until)
            implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    /** Copies the lists. */
    public NodeBlocks {
        nodes = List.copyOf(nodes);
        devices = List.copyOf(devices);
    }
}
