/**
 * The harness: how a scenario is measured, summed up and reported.
 *
 * <p>A {@link io.flinkgpu.benchmarks.harness.Scenario} knows how to take one measurement; the
 * {@link io.flinkgpu.benchmarks.harness.BenchRunner} decides which one to take next and makes a
 * {@link io.flinkgpu.benchmarks.harness.BenchReport} of them. Knows no scenario and nothing of what
 * is measured.
 */
package io.flinkgpu.benchmarks.harness;
