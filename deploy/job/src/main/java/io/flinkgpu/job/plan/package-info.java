/**
 * From what a file says to a job: {@link io.flinkgpu.job.plan.PipelinePlanner} asks every element
 * what rows it emits, {@link io.flinkgpu.job.plan.PipelinePlan} shows that and adds the elements to
 * an environment.
 *
 * <p>Knows the file's records, elements and rows.
 */
package io.flinkgpu.job.plan;
