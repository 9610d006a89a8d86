package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.EscalationPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A cluster of four task managers with a GPU that takes blocks until a test says otherwise. */
public final class RecordingNodeBlocker implements NodeBlocker {

    private final List<NodeBlock> blocks = new ArrayList<>();
    private EscalationPolicy.Nodes nodes = new EscalationPolicy.Nodes(4, 0);
    private boolean unreachable;

    /** The blocks that it was told, in their order. */
    public List<NodeBlock> blocks() {
        return blocks;
    }

    void have(EscalationPolicy.Nodes others) {
        nodes = others;
    }

    void becomeUnreachable() {
        unreachable = true;
    }

    @Override
    public CompletableFuture<Void> block(Collection<NodeBlock> wanted) {
        blocks.addAll(wanted);
        return unreachable
                ? CompletableFuture.failedFuture(new IllegalStateException("unreachable"))
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<EscalationPolicy.Nodes> nodes() {
        return unreachable
                ? CompletableFuture.failedFuture(new IllegalStateException("unreachable"))
                : CompletableFuture.completedFuture(nodes);
    }

    @Override
    public void close() {}
}
