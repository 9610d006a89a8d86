/**
 * The job-manager side of an inference operator.
 *
 * <p>{@link io.flinkgpu.inference.coordinator.InferenceCoordinator} watches the members of the
 * pools that the operator uses and tells its subtasks. May import discovery, the pool's vocabulary
 * and Flink's operator coordinators.
 */
package io.flinkgpu.inference.coordinator;
