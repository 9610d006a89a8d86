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

    /**
     * Larger memory with the bytes before the position, in place of the smaller one.
     *
     * @param most that are needed, up to which the limit is set
     * @throws MalformedMessageException if they are more than one tensor can hold
     */
    static PooledBuffer grow(PooledBuffer full, DirectBufferPool pool, int most)
            throws MalformedMessageException {
        long bytes = Math.min(most, 2L * full.buffer().position());
        PooledBuffer larger = acquire(pool, bytes);
        larger.buffer().put(full.buffer().flip()).limit((int) bytes);
        full.release();
        return larger;
    }
}
