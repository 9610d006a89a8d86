/**
 * Media files as records.
 *
 * <p>{@link io.flinkgpu.connectors.media.MediaFiles} builds the source:
 *
 * <pre>{@code
 * env.fromSource(
 *         MediaFiles.of("s3://bucket/2024-*").extensions(".jpg").build(),
 *         WatermarkStrategy.noWatermarks(),
 *         "images");
 * }</pre>
 *
 * <p>Its records are {@link io.flinkgpu.connectors.file.FileContent}s. Stands on package {@code
 * source}.
 */
package io.flinkgpu.connectors.media;
