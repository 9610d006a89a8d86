/**
 * Faults, who notices them, and what is not used for a while because of them.
 *
 * <p>A way in three steps. Whoever notices a fault tells {@link
 * io.flinkgpu.inference.health.FaultEvents}; a {@link
 * io.flinkgpu.inference.health.FailureDetector}, which anybody may write, looks for more and
 * suspects devices, replicas and nodes. In each process {@link
 * io.flinkgpu.inference.health.ProcessHealth} counts strikes and blocks devices; connections to
 * pools eject replicas. {@link io.flinkgpu.inference.health.HealthWatch} carries faults and blocks
 * to the operator's coordinator, whose {@link io.flinkgpu.inference.health.NodeBlocklist} blocks
 * nodes in Flink. May import models, devices, the fault policies and Flink's runtime.
 */
package io.flinkgpu.inference.health;
