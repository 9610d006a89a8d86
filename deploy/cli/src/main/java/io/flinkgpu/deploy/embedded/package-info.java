/**
 * A Flink in this process: {@link io.flinkgpu.deploy.embedded.EmbeddedFlink}, as large as the
 * stages of its job ask for, with the machine's devices or simulated ones.
 *
 * <p>May import the packages of clusters and of REST.
 */
package io.flinkgpu.deploy.embedded;
