/**
 * The built-in {@link io.flinkgpu.inference.health.FailureDetector}s.
 *
 * <p>They watch the runs of devices, what {@code nvidia-smi} and the kernel's log say of GPUs, and
 * a notice that the node is about to be taken away. May import the detectors' interfaces, devices
 * and flink-core.
 */
package io.flinkgpu.inference.health.detector;
