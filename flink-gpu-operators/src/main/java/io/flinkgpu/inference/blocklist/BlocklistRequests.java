package io.flinkgpu.inference.blocklist;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;

/** What a coordinator is asked about its blocklist over the job manager's REST. */
public final class BlocklistRequests {

    private BlocklistRequests() {}

    /** Asks for the blocks that last. */
    public record ListBlocks() implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /** Asks for a node to be blocked, whatever the policy says. */
    public record BlockNode(NodeBlock block) implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /** Answers a request; fails if it is none of the above, or Flink does not take the block. */
    public static CompletableFuture<CoordinationResponse> answer(
            CoordinationRequest request, NodeBlocklist blocklist) {
        if (request instanceof ListBlocks) {
            return CompletableFuture.completedFuture(blocklist.describe());
        }
        if (request instanceof BlockNode wanted) {
            return blocklist.block(wanted.block()).thenApply(done -> blocklist.describe());
        }
        return CompletableFuture.failedFuture(
                new IllegalArgumentException(
                        "Invalid request to a coordinator: "
                                + request
                                + ". It lists and adds blocks of nodes."));
    }
}
