package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.PoolAddress;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ReadableConfig;

/** A way to find the members of pools; found with {@link java.util.ServiceLoader}. */
@PublicEvolving
public interface PoolDiscovery {

    /** The scheme of the {@link PoolAddress}es that it reads. */
    String scheme();

    /**
     * Prepares to look at a pool; does not connect yet.
     *
     * @param options of the pipeline's job
     * @throws IllegalArgumentException if the address is not one that it can read; the message says
     *     what is
     */
    MembershipSource open(PoolAddress pool, ReadableConfig options);
}
