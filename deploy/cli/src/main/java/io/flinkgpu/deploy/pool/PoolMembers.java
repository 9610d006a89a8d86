package io.flinkgpu.deploy.pool;

import io.flinkgpu.inference.pool.Membership;
import java.io.IOException;

/** Who knows the members of pools. */
interface PoolMembers extends AutoCloseable {

    /**
     * The members as the pool's registry knows them.
     *
     * @throws IOException if it does not answer
     */
    Membership of(String pool) throws IOException, InterruptedException;

    @Override
    void close();
}
