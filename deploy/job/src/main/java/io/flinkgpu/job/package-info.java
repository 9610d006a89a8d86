/**
 * A whole pipeline from one YAML file: {@link io.flinkgpu.job.PipelineJob} reads and checks it, and
 * adds it to a Flink environment; {@link io.flinkgpu.job.JobMain} is the same as the main class of
 * a job's jar.
 *
 * <pre>{@code
 * PipelineJob job = PipelineJob.read(Path.of("pipeline.yaml"), JobReading.ofProcess());
 * StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
 * environment.execute(job.define(environment));
 * }</pre>
 *
 * <p>Below it: {@code config} (keys and values), {@code row} (rows and their schemas), {@code
 * expression} (SQL), {@code element} (what others may add), {@code builtin} and {@code infer} (the
 * elements that there are), {@code file} (the file as records), {@code plan} (from there to a job)
 * and {@code reference} (schema and page, made of the keys).
 */
package io.flinkgpu.job;
