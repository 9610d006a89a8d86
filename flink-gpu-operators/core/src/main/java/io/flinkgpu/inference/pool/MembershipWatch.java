package io.flinkgpu.inference.pool;

import org.apache.flink.annotation.Internal;

/** What tells a {@link MembershipListener} of members until it is closed. */
@Internal
@FunctionalInterface
public interface MembershipWatch extends AutoCloseable {

    /** Tells nothing more; the second time does nothing. */
    @Override
    void close();
}
