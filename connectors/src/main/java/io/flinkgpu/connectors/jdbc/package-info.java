/**
 * Tables of databases as a job's input and output.
 *
 * <p>{@link io.flinkgpu.connectors.jdbc.InputTable} makes a source that reads in pages; {@link
 * io.flinkgpu.connectors.jdbc.UpsertTable} makes a sink over Flink's own JDBC connector; {@link
 * io.flinkgpu.connectors.jdbc.SqlDialect} knows how databases say "insert or update". The
 * database's driver is the user's to bring.
 */
package io.flinkgpu.connectors.jdbc;
