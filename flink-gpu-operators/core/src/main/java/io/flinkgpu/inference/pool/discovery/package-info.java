/**
 * Who is a member of a pool: the SPI {@link io.flinkgpu.inference.pool.discovery.PoolDiscovery} and
 * its three members, {@code flink}, {@code static} and {@code dns}.
 *
 * <p>Runs in the job manager of the pipeline, driven by the coordinator. May import the pool's
 * vocabulary and Flink's REST client.
 */
package io.flinkgpu.inference.pool.discovery;
