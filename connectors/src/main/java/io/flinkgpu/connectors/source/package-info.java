/**
 * A Flink source of files that a format reads: what media files and tar shards share.
 *
 * <p>{@link io.flinkgpu.connectors.source.FileSourceBuilder} is what a user sees. On the job
 * manager {@code FileSplitEnumerator} finds files, remembers them ({@code SeenFiles}) and groups
 * them ({@code SplitPlan}); on the task managers {@code FileSplitReader} reads a {@code FileSplit}
 * by a {@link io.flinkgpu.connectors.source.RecordFormat}. Both states have a version and no Java
 * serialization. Imports {@code listing} and Flink's connector-base, and of package {@code file}
 * the error of inputs alone.
 */
package io.flinkgpu.connectors.source;
