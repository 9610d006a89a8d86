/**
 * Inference in SQL for the scenarios {@code sql-predict}, {@code udf} and {@code sql-overhead}.
 *
 * <p>{@link io.flinkgpu.benchmarks.sql.SqlQuery} is a job to measure, over the rows of {@link
 * io.flinkgpu.benchmarks.sql.RowsTableFactory}. {@link
 * io.flinkgpu.benchmarks.sql.RepairedTritonFactory} is Flink's own model provider for servers of
 * the Open Inference Protocol, repaired so far that it runs.
 */
package io.flinkgpu.benchmarks.sql;
