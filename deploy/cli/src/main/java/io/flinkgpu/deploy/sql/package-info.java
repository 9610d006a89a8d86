/**
 * {@code flink-gpu sql}: a SQL shell, and scripts of statements, on a Flink in this process or on a
 * cluster.
 *
 * <p>Flink's SQL gateway, as a library in this process, runs the statements ({@link
 * io.flinkgpu.deploy.sql.SqlSession}); Flink's SQL client reads them from a terminal ({@link
 * io.flinkgpu.deploy.sql.SqlShell}), and {@link io.flinkgpu.deploy.sql.ScriptRun} from a file. Jobs
 * are followed to their end as those of job files are.
 */
package io.flinkgpu.deploy.sql;
