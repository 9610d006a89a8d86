/**
 * A model runtime that makes another one fail, for tests, chaos runs and benchmarks.
 *
 * <p>{@link io.flinkgpu.inference.model.faulty.FaultInjection} says which model is disturbed and
 * which of its rows are poison; while it runs, files in a directory say which devices are slow,
 * hang or fail ({@link io.flinkgpu.inference.model.faulty.DeviceFaults}). May import the model and
 * tensor packages.
 */
package io.flinkgpu.inference.model.faulty;
