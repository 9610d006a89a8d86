/**
 * Whole files in, JSON lines out.
 *
 * <p>{@link io.flinkgpu.connectors.file.WholeFileSource} reads each file as one record, {@link
 * io.flinkgpu.connectors.file.JsonLines} writes and reads exactly-once JSON lines. Both stand on
 * Flink's own file connector and on its {@code FileSystem}; neither knows what a file contains. How
 * a file is loaded ({@code FileLoader}) is shared with the sources of media files and tar shards,
 * which live in packages {@code source}, {@code media} and {@code tar}. Imports {@code listing} and
 * {@code content}.
 */
package io.flinkgpu.connectors.file;
