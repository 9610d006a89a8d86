/**
 * Whole files as values, and JSON lines.
 *
 * <p>{@link io.flinkgpu.connectors.file.FileContent} is a file that was read or the reason why not,
 * {@link io.flinkgpu.connectors.file.JsonLines} writes and reads exactly-once JSON lines on Flink's
 * own file connector. How a file is loaded ({@code FileLoader}) is shared with the sources of media
 * files and tar shards, which live in packages {@code source}, {@code media} and {@code tar}.
 * Imports {@code listing} and {@code content}.
 */
package io.flinkgpu.connectors.file;
