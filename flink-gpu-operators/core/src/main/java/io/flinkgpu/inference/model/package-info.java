/**
 * Models and the process-wide host that runs them.
 *
 * <p>A {@link io.flinkgpu.inference.model.ModelRef} names a model, a {@link
 * io.flinkgpu.inference.model.ModelRuntime} loads it, the {@link
 * io.flinkgpu.inference.model.ModelHost} keeps one copy per device for all its users, and a {@link
 * io.flinkgpu.inference.model.ModelClient} is how a user runs batches on it. May import the tensor
 * package and resource-profiles; knows neither Flink's runtime nor a runtime's library.
 */
package io.flinkgpu.inference.model;
