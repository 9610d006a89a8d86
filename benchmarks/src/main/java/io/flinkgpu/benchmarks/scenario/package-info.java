/**
 * The scenarios: one class for each performance claim, each with the peer it is measured against.
 *
 * <p>They build on the jobs and models of the packages beside this one. What a scenario measures,
 * and how its ratio is defined, stands in docs/benchmarks.md.
 */
package io.flinkgpu.benchmarks.scenario;
