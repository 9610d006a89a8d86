package io.flinkgpu.resources.lease;

import org.apache.flink.annotation.Internal;

/**
 * The leases of this process as JMX shows them, under {@code io.flinkgpu:type=DeviceLeases}, while
 * there are any.
 */
@Internal
public interface DeviceLeasesMXBean {

    /** Returns the identity of the table that holds the leases. */
    String getTableId();

    /** Returns the number of leases whose holder's thread lives. Never blocks. */
    int getOpenLeases();
}
