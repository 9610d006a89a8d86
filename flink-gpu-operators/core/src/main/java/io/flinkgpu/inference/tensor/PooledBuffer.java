package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.annotation.Internal;

/**
 * A reference-counted buffer borrowed from a {@link DirectBufferPool}.
 *
 * <p>Created with one reference; the buffer goes back to the pool with the last {@link #release()}.
 * Counting is thread-safe, access to the memory is the owners' concern.
 */
@Internal
public final class PooledBuffer {

    private final DirectBufferPool pool;
    private final ByteBuffer buffer;
    private final AtomicInteger references = new AtomicInteger(1);

    PooledBuffer(DirectBufferPool pool, ByteBuffer buffer) {
        this.pool = pool;
        this.buffer = buffer;
    }

    /** The memory, little-endian; position and limit belong to the owner of the only reference. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Adds a reference.
     *
     * @throws IllegalStateException if the buffer was given back already
     */
    public PooledBuffer retain() {
        if (references.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("Cannot retain buffer: it was given back to its pool.");
        }
        return this;
    }

    /**
     * Drops a reference.
     *
     * @throws IllegalStateException if the buffer was given back already
     */
    public void release() {
        int before = references.getAndUpdate(count -> Math.max(0, count - 1));
        if (before == 0) {
            throw new IllegalStateException(
                    "Cannot release buffer: it was given back to its pool.");
        }
        if (before == 1) {
            pool.giveBack(buffer);
        }
    }
}
