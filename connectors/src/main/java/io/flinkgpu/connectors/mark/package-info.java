/**
 * Which runs have come to their end, told by the runs themselves: {@link
 * io.flinkgpu.connectors.mark.RunMarks}.
 *
 * <p>Knows Flink and JSON lines alone.
 */
package io.flinkgpu.connectors.mark;
