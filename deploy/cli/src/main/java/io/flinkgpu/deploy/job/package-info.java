/**
 * {@code flink-gpu run}: a job file checked, shown, and run in this process or on a cluster.
 *
 * <p>What a file says is {@link io.flinkgpu.job.PipelineJob}'s; here it gets a Flink and is
 * followed to its end.
 */
package io.flinkgpu.deploy.job;
