package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;

/** Looks at one pool. Used by one thread; {@link #close()} by any. */
@PublicEvolving
public interface MembershipSource extends AutoCloseable {

    /**
     * The members, as soon as they differ from {@code known}, or after some seconds in any case.
     *
     * @param known what the caller has seen last
     * @throws IOException if the pool cannot be asked at the moment
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Membership next(Membership known) throws IOException, InterruptedException;

    /** Lets go of connections; a call that waits ends soon. */
    @Override
    void close();
}
