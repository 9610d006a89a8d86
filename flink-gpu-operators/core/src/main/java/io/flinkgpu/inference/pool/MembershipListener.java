package io.flinkgpu.inference.pool;

/** A model client that wants to know who is in its pools. */
public interface MembershipListener {

    /** Called with the members as they are, all pools at once; mailbox thread. */
    void membersChanged(MembersChanged event);
}
