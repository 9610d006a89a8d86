package io.flinkgpu.inference.blocklist;

import java.util.List;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/** The blocks of nodes that last, in the order in which they came. */
public record NodeBlocks(List<NodeBlock> blocks) implements CoordinationResponse {

    private static final long serialVersionUID = 1L;

    /** Copies the list. */
    public NodeBlocks {
        blocks = List.copyOf(blocks);
    }
}
