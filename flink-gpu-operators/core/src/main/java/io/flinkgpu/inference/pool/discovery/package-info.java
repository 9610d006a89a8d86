/**
 * Who is a member of a pool: the SPI {@link io.flinkgpu.inference.pool.discovery.PoolDiscovery} and
 * its three members, {@code flink}, {@code static} and {@code dns}.
 *
 * <p>A {@link io.flinkgpu.inference.pool.discovery.PoolWatch} looks at a pool again and again: in
 * the job manager of the pipeline for the coordinator, and in task managers for clients without one
 * ({@link io.flinkgpu.inference.pool.discovery.PoolWatches}). May import the pool's vocabulary and
 * Flink's REST client.
 */
package io.flinkgpu.inference.pool.discovery;
