/**
 * {@code flink-gpu blocklist}: which nodes and devices a cluster leaves alone, and why.
 *
 * <p>{@link io.flinkgpu.deploy.health.Blocklists} asks the coordinators of the jobs that run there;
 * blocks are theirs.
 */
package io.flinkgpu.deploy.health;
