/**
 * The line between a subtask and its operator's coordinator.
 *
 * <p>A coordinator keeps {@link io.flinkgpu.inference.line.SubtaskLines}, each subtask one {@link
 * io.flinkgpu.inference.line.CoordinatorLine}. The subtask asks, the coordinator answers: neither
 * side sends an operator event of Flink, so that no process that is paused fails a task. Imports
 * Flink's runtime, and no other package of ours.
 */
package io.flinkgpu.inference.line;
