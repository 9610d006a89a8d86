/**
 * Sources of files that may go on looking for new ones: whole files, tar shards, lines and columns
 * of Parquet files, over {@code connectors.media}, {@code connectors.tar}, {@code connectors.text}
 * and {@code connectors.parquet}.
 *
 * <p>The last one needs Iceberg's jars, which {@link io.flinkgpu.job.media.ParquetReading} alone
 * knows: it is loaded when they are there.
 */
package io.flinkgpu.job.media;
