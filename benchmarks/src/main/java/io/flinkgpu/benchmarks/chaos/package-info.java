/**
 * {@code flink-gpu chaos}: a load whose every row is counted while things die, hang and break.
 *
 * <p>A {@link io.flinkgpu.benchmarks.chaos.ChaosPlan} draws what happens from a seed, a {@link
 * io.flinkgpu.benchmarks.chaos.ChaosStage} does it to real processes on local clusters, and the
 * {@link io.flinkgpu.benchmarks.chaos.ChaosReport} says what became of the rows. Devices are
 * simulated.
 *
 * <p>May import everything of the floors below, and of the benchmarks the load alone.
 */
package io.flinkgpu.benchmarks.chaos;
