/**
 * Which runs have come to their end, told by the runs themselves: {@link
 * io.flinkgpu.job.mark.RunMarks}.
 *
 * <p>Knows Flink and the JSON lines of the connectors alone.
 */
package io.flinkgpu.job.mark;
