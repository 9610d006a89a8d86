/**
 * Tables of Apache Iceberg as a job's output, and as a list of files to read.
 *
 * <p>{@link io.flinkgpu.connectors.iceberg.IcebergTableSink} writes a stream of records or rows
 * into an {@link io.flinkgpu.connectors.iceberg.IcebergTable}, which it makes or extends where
 * needed; {@link io.flinkgpu.connectors.iceberg.FileReferences} reads the paths that a table's
 * column holds. Both stand on Iceberg's own Flink connector. A module of its own, since Iceberg
 * brings Hadoop's client along.
 */
package io.flinkgpu.connectors.iceberg;
