/**
 * What may stand in a job file, and how it is read: a {@link io.flinkgpu.job.config.Key} names and
 * describes one setting, {@link io.flinkgpu.job.config.ValueTypes} says what its value may be, and
 * {@link io.flinkgpu.job.config.Config} holds what a file says.
 *
 * <pre>{@code
 * static final Key<Integer> HEIGHT =
 *         Key.of("height", ValueTypes.integer(1)).required().describedAs("Height in pixels.");
 *
 * int height = config.get(HEIGHT);
 * }</pre>
 *
 * <p>Keys are the one truth: the reader, the JSON schema and the reference page are made of them.
 * Knows the YAML tree and Flink's sizes and times, and nothing else of ours.
 */
package io.flinkgpu.job.config;
