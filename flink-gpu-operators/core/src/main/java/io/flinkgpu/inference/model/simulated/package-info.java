/**
 * A model runtime that takes time instead of computing, for tests and benchmarks.
 *
 * <p>A {@link io.flinkgpu.inference.model.simulated.SimulatedModel} describes service times, memory
 * and scripted failures, and answers each row with its own input. It names itself {@code simulated}
 * wherever a model is shown. May import the model and tensor packages.
 */
package io.flinkgpu.inference.model.simulated;
