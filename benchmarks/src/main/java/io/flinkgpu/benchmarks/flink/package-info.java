/**
 * Flink jobs to measure: a cluster in this process, a source of rows in memory, a stage, and a
 * probe in front of a sink that drops everything.
 *
 * <p>May import the models of the benchmarks and everything of the floors below.
 */
package io.flinkgpu.benchmarks.flink;
