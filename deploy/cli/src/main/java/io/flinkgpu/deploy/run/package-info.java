/**
 * One run of a job: {@link io.flinkgpu.deploy.run.JobSubmitter} hands it to a Flink, {@link
 * io.flinkgpu.deploy.run.JobRun} follows it to its end, and {@link
 * io.flinkgpu.deploy.run.JobFailure} says why it failed.
 *
 * <p>May import the REST package and nothing else of ours.
 */
package io.flinkgpu.deploy.run;
