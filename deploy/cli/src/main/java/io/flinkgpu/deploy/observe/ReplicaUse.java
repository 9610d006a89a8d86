package io.flinkgpu.deploy.observe;

import io.flinkgpu.inference.pool.ReplicaDevice;
import org.apache.flink.annotation.Internal;

/**
 * What one replica of the pool did for the run.
 *
 * @param address where its server listened
 * @param device what its model ran on
 * @param rowsServed rows that it had answered when it last reported
 */
@Internal
public record ReplicaUse(String address, ReplicaDevice device, long rowsServed) {}
