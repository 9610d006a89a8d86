package io.flinkgpu.resources.lease;

/**
 * The leases of this process as JMX shows them, under {@code io.flinkgpu:type=DeviceLeases}, while
 * there are any.
 */
public interface DeviceLeasesMXBean {

    /** Returns the identity of the table that holds the leases. */
    String getTableId();

    /** Returns the number of leases whose holder's thread lives. Never blocks. */
    int getOpenLeases();
}
