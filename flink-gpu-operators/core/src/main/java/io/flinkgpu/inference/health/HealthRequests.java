package io.flinkgpu.inference.health;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** What a coordinator is asked about health over the job manager's REST. */
@Internal
public final class HealthRequests {

    private HealthRequests() {}

    /** Asks for the blocks that last; answered with a {@link BlocklistResponse}. */
    public record ListBlocks() implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /** Asks for the latest faults; answered with a {@link FaultLog.Response}. */
    public record ListFaults() implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /** Asks for a node to be blocked, whatever the policy says. */
    public record BlockNode(NodeBlock block) implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /** Asks for a device to be used again, by the subtasks whose process has it. */
    public record UnblockDeviceRequest(String device) implements CoordinationRequest {

        private static final long serialVersionUID = 1L;
    }

    /**
     * Answers a request; fails if it is none of the above, or Flink does not take the block.
     *
     * @param subtasks takes what is to be told to all subtasks
     */
    public static CompletableFuture<CoordinationResponse> answer(
            CoordinationRequest request,
            NodeBlocklist blocklist,
            FaultLog faults,
            Consumer<OperatorEvent> subtasks) {
        if (request instanceof ListBlocks) {
            return CompletableFuture.completedFuture(blocklist.describe());
        }
        if (request instanceof ListFaults) {
            return CompletableFuture.completedFuture(faults.latest());
        }
        if (request instanceof BlockNode wanted) {
            return blocklist.block(wanted.block()).thenApply(done -> blocklist.describe());
        }
        if (request instanceof UnblockDeviceRequest wanted) {
            subtasks.accept(new UnblockDevice(wanted.device(), UUID.randomUUID().toString()));
            blocklist.forgetDevice(wanted.device());
            return CompletableFuture.completedFuture(blocklist.describe());
        }
        return CompletableFuture.failedFuture(
                new IllegalArgumentException(
                        "Invalid request to a coordinator: "
                                + request
                                + ". It lists blocks and faults, blocks nodes and unblocks devices."));
    }
}
