/**
 * Tables of Iceberg as sources and sinks of job files, over {@code connectors.iceberg}.
 *
 * <p>The elements themselves know nothing of Iceberg, so that files without it need none of its
 * jars: {@link io.flinkgpu.job.iceberg.IcebergWriting} and {@link
 * io.flinkgpu.job.iceberg.IcebergReading} do, and are loaded when {@link
 * io.flinkgpu.job.iceberg.IcebergJars} are there.
 */
package io.flinkgpu.job.iceberg;
