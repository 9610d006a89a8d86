/**
 * Files as tables: the connectors {@code media-files} ({@link
 * io.flinkgpu.connectors.table.media.MediaFilesTableFactory}) and {@code tar-shards} ({@link
 * io.flinkgpu.connectors.table.media.TarShardsTableFactory}).
 *
 * <pre>{@code
 * CREATE TABLE images (content BYTES, path STRING METADATA)
 *   WITH ('connector' = 'media-files', 'path' = '/data/images');
 * }</pre>
 *
 * <p>A factory reads options and columns into a {@code FileTable}, a {@code FileTableSource} notes
 * what a query takes of it, and {@code FileRows} makes rows of records.
 */
package io.flinkgpu.connectors.table.media;
