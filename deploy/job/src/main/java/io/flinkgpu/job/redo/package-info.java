/**
 * Dead letters that were written, and runs that do their rows again.
 *
 * <p>{@link io.flinkgpu.job.redo.Letters} reads what sinks of type {@code dead-letters} wrote,
 * {@link io.flinkgpu.job.redo.Redos} chooses which of them a run takes and remembers it, and {@link
 * io.flinkgpu.job.redo.ClaimedRows} brings them into the job. Knows rows and marks of runs.
 */
package io.flinkgpu.job.redo;
