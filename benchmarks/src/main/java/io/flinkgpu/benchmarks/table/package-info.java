/**
 * A job from digit images to a table of Iceberg that is killed and goes on: for the scenario {@code
 * resume} and its tests.
 *
 * <p>{@link io.flinkgpu.benchmarks.table.TableJob} travels in the benchmarks' jar; {@link
 * io.flinkgpu.benchmarks.table.TableRun} submits it to clusters of {@code deploy}, kills and
 * resumes them.
 */
package io.flinkgpu.benchmarks.table;
