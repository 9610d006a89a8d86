package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.EscalationPolicy;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** The way to the blocklist of a Flink cluster. Safe for use by many threads; never blocks. */
interface NodeBlocker extends AutoCloseable {

    /** Has the cluster place nothing new on nodes; a longer block replaces a shorter one. */
    CompletableFuture<Void> block(Collection<NodeBlock> blocks);

    /** How many task managers with a GPU there are, and how many of them are blocked. */
    CompletableFuture<EscalationPolicy.Nodes> nodes();

    @Override
    void close();
}
