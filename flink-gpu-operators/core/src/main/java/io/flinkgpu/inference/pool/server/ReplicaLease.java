package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.pool.Replica;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/**
 * A pool subtask's hold on the server of its process: models that stay loaded and served.
 *
 * <p>Safe for use by many threads.
 */
@Internal
public interface ReplicaLease extends AutoCloseable {

    /**
     * Completes when all models are loaded and warm; fails with {@link
     * io.flinkgpu.inference.model.ModelLoadException} if one never will be.
     */
    CompletableFuture<Void> ready();

    /** Address, state, models and load of the replica as it is; any thread, returns at once. */
    Replica describe();

    /** Whether it never loaded, or its device is lost: only a new lease can serve. Any thread. */
    boolean isBroken();

    /**
     * Lets go. The models stay loaded and served for the linger time, in which a new lease of the
     * same models takes them over; then the replica drains. Does not wait and does not throw.
     */
    @Override
    void close();
}
