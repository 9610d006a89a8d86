/**
 * Tables of databases as sources and sinks of job files, over {@code connectors.jdbc}.
 *
 * <p>{@link io.flinkgpu.job.jdbc.TableLook} asks the database while a file is checked.
 */
package io.flinkgpu.job.jdbc;
