package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import java.nio.ByteBuffer;

/** Memory for the contents of messages. */
final class PooledMemory {

    private PooledMemory() {}

    /**
     * As {@link DirectBufferPool#acquire}.
     *
     * @throws MalformedMessageException if that is more than one tensor can hold
     */
    static PooledBuffer acquire(DirectBufferPool pool, long bytes)
            throws MalformedMessageException {
        try {
            return pool.acquire(bytes);
        } catch (IllegalArgumentException tooLarge) {
            throw new MalformedMessageException(tooLarge.getMessage(), tooLarge);
        }
    }

    /**
     * A copy of these bytes.
     *
     * @throws MalformedMessageException if they are more than one tensor can hold
     */
    static PooledBuffer copyOf(ByteBuffer bytes, DirectBufferPool pool)
            throws MalformedMessageException {
        PooledBuffer pooled = acquire(pool, bytes.remaining());
        pooled.buffer().put(bytes).flip();
        return pooled;
    }
}
