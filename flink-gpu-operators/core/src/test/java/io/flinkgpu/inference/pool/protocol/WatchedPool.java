package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.tensor.DirectBufferPool;

/** A pool that tells whether all of its memory was given back. */
final class WatchedPool {

    private final DirectBufferPool pool = new DirectBufferPool(1L << 28);

    DirectBufferPool pool() {
        return pool;
    }

    boolean isComplete() {
        return pool.borrowedBytes() == 0;
    }

    void requireComplete() {
        assertThat(pool.borrowedBytes()).as("borrowed bytes").isZero();
    }
}
