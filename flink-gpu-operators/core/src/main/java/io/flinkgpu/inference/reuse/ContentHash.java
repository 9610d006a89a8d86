package io.flinkgpu.inference.reuse;

import org.apache.flink.annotation.Internal;

/**
 * The hash of what a row or a model is, 128 bits spread evenly.
 *
 * @param high the first 64 bits
 * @param low the others
 */
@Internal
public record ContentHash(long high, long low) {

    private static final int SHARD_BITS = 15;

    /**
     * How many shards there are, a constant of the state's format: as many as Flink has key groups
     * at most, so that rows spread over any parallelism.
     */
    public static final int SHARDS = 1 << SHARD_BITS;

    /**
     * The part of all rows that this one belongs to, which is the key that Flink deals rows out by.
     *
     * @return 0 to {@link #SHARDS} - 1
     */
    public int shard() {
        return (int) (high >>> (Long.SIZE - SHARD_BITS));
    }

    /** The hash of both together. */
    ContentHash with(ContentHash other) {
        return new ContentHash(high ^ other.high, low ^ other.low);
    }
}
