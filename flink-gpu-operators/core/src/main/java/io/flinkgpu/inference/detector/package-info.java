/**
 * Who notices that a device, a replica or a node fails.
 *
 * <p>{@link io.flinkgpu.inference.detector.FailureDetector} is the interface that others implement;
 * {@link io.flinkgpu.inference.detector.FailureDetectors} finds and drives those of a process. The
 * built-in ones watch the runs of devices, what {@code nvidia-smi} says of them, and a notice that
 * the node is about to be taken away. May import the fault policies, devices and flink-core.
 */
package io.flinkgpu.inference.detector;
