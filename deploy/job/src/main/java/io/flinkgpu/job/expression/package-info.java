/**
 * Expressions in job files: those of Flink SQL, through the Table API.
 *
 * <p>{@link io.flinkgpu.job.expression.SqlExpressions} checks an expression against the fields of
 * an element's input while the file is read, and {@link
 * io.flinkgpu.job.expression.SqlTransformation} adds checked ones to a stream. The only package
 * that knows the Table API; of ours it knows rows.
 */
package io.flinkgpu.job.expression;
