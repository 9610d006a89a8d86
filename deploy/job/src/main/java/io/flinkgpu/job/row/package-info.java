/**
 * The rows that flow between the elements of a pipeline: Flink's {@code Row} with the named and
 * typed fields of a {@link io.flinkgpu.job.row.RowSchema}, and their JSON form.
 *
 * <p>Knows tensor shapes and keys, and nothing else of ours.
 */
package io.flinkgpu.job.row;
