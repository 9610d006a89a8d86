package io.flinkgpu.inference.pool;

import org.apache.flink.annotation.Internal;

/** A model client that wants to know who is in its pools. */
@Internal
public interface MembershipListener {

    /** Called with the members as they are, all pools at once; one call at a time. */
    void membersChanged(MembersChanged event);
}
