/**
 * {@code flink-gpu chaos}: a load whose every row is counted while things die, hang and break.
 *
 * <p>A {@link io.flinkgpu.deploy.chaos.ChaosPlan} draws what happens from a seed, a {@link
 * io.flinkgpu.deploy.chaos.ChaosStage} does it to real processes on local clusters, and the {@link
 * io.flinkgpu.deploy.chaos.ChaosReport} says what became of the rows. Devices are simulated.
 */
package io.flinkgpu.deploy.chaos;
