/**
 * Columns of Parquet files as records.
 *
 * <p>{@link io.flinkgpu.connectors.parquet.ParquetRows} builds the source:
 *
 * <pre>{@code
 * env.fromSource(
 *         ParquetRows.of("s3://bucket/reviews/*.parquet")
 *                 .column("text", Types.STRING)
 *                 .column("stars", Types.INT)
 *                 .build(),
 *         WatermarkStrategy.noWatermarks(),
 *         "reviews");
 * }</pre>
 *
 * <p>On the task managers {@code RowFileReader} reads the files of a split by {@code RowFile},
 * which drives the Parquet library inside of Iceberg's runtime: this package is the one that knows
 * it. Stands on package {@code source} of the connectors.
 */
package io.flinkgpu.connectors.parquet;
