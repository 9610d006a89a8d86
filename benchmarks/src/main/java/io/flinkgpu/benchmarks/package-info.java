/**
 * The benchmarks: the command {@code bench} and the list of scenarios.
 *
 * <p>Every performance claim of this project is a scenario here, measured against a peer in the
 * same run. {@code chaos} counts the rows of a load while things die. The top floor: it may import
 * every other module, and none imports it.
 */
package io.flinkgpu.benchmarks;
