/**
 * Tar shards as records, in the convention of WebDataset: members with a common stem make one
 * sample.
 *
 * <p>{@link io.flinkgpu.connectors.tar.TarShards} builds the source, whose records are {@link
 * io.flinkgpu.connectors.tar.MediaSample}s:
 *
 * <pre>{@code
 * env.fromSource(
 *                 TarShards.of("s3://bucket/train-*.tar").build(),
 *                 WatermarkStrategy.noWatermarks(),
 *                 "samples")
 *         .flatMap((sample, out) -> sample.file("jpg").ifPresent(out::collect));
 * }</pre>
 *
 * <p>Archives are read by Apache Commons Compress, which comes with Flink: {@code TarMembers} is
 * the only class that knows it. Stands on package {@code source}.
 */
package io.flinkgpu.connectors.tar;
