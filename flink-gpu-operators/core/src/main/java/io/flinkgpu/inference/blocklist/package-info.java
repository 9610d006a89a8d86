/**
 * Which devices and nodes are not used for a while.
 *
 * <p>In each process a {@link io.flinkgpu.inference.blocklist.DeviceBlocklist} counts strikes and
 * keeps devices from being leased; the coordinator of the job keeps the {@link
 * io.flinkgpu.inference.blocklist.NodeBlocklist} and tells Flink. When the one calls for the other
 * is said by {@link io.flinkgpu.inference.fault.EscalationPolicy}. Replicas are the third level,
 * between the two: clients eject them by themselves. May import detectors, models, devices, the
 * fault policies and Flink's runtime.
 */
package io.flinkgpu.inference.blocklist;
