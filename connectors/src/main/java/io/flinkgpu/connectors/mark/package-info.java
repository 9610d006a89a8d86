/**
 * Which runs have come to their end, told by the runs themselves: {@link
 * io.flinkgpu.connectors.mark.RunMarks}.
 *
 * <p>Knows Flink, JSON lines and what checkpoints say of themselves.
 */
package io.flinkgpu.connectors.mark;
