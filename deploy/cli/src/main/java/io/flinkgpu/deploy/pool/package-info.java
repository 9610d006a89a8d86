/**
 * {@code flink-gpu pool}: starts, shows, scales and stops pools, which are jobs on a cluster of GPU
 * task managers.
 *
 * <p>{@link io.flinkgpu.deploy.pool.Pools} does it, over the REST API of the pools' job manager;
 * the commands read arguments and print. What a pool is, is in {@code io.flinkgpu.inference.pool}.
 */
package io.flinkgpu.deploy.pool;
