/**
 * The job file as records: {@link io.flinkgpu.job.file.PipelineSpec} with its {@link
 * io.flinkgpu.job.file.ElementSpec}s, read by {@link io.flinkgpu.job.file.JobFileReader}.
 *
 * <p>What is checked here needs the file alone: keys, types of values, names, inputs and cycles.
 * Knows keys, elements and profiles.
 */
package io.flinkgpu.job.file;
