/**
 * Media files, dead letters and decoders for Flink SQL; this package has no types of its own.
 *
 * <p>Models and the functions that need no file are in {@code io.flinkgpu.table}.
 */
package io.flinkgpu.connectors.table;
