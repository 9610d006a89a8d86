/**
 * Jobs to copy: each is one class with a {@code main}, on the public API alone.
 *
 * <p>{@link io.flinkgpu.examples.DigitsJob} reads image files, decodes them on the processor, asks
 * a model on a GPU, and writes results and dead letters exactly once. It lies in the distribution
 * as {@code examples/digits-job.jar}; {@code flink-gpu demo} runs the same job.
 *
 * <p>May import what is {@code @PublicEvolving} of the floors below, and nothing else of ours.
 */
package io.flinkgpu.examples;
