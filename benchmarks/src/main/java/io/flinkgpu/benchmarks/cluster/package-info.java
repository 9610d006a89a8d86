/**
 * Clusters of real processes to measure on, a pool on one of them, and loads that are disturbed.
 *
 * <p>Everything that is started here ends with its owner, also when a measurement fails or the
 * command is interrupted. May import everything of the floors below, and of the benchmarks the
 * harness and the load alone.
 */
package io.flinkgpu.benchmarks.cluster;
