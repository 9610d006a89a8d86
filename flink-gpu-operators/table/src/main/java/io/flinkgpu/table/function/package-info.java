/**
 * SQL functions, and how other jars add theirs ({@link io.flinkgpu.table.function.SqlFunctions}).
 *
 * <p>Each function is a class that can be created alone, too:
 *
 * <pre>{@code
 * LOAD MODULE `flink-gpu`;
 * CREATE FUNCTION similarity AS 'io.flinkgpu.table.function.CosineSimilarity';
 * }</pre>
 */
package io.flinkgpu.table.function;
