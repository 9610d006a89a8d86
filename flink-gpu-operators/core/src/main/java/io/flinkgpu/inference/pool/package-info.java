/**
 * The vocabulary of pools: {@link io.flinkgpu.inference.pool.PoolAddress}es, the {@link
 * io.flinkgpu.inference.pool.Replica}s behind them and their {@link
 * io.flinkgpu.inference.pool.Membership}, options and security.
 *
 * <p>A pool is a Flink job whose subtasks keep models loaded on GPU task managers and serve them to
 * other jobs. Its parts: {@code job} (subtasks and registry), {@code server} (one per task
 * manager), {@code protocol} (what travels), {@code discovery} (who is a member), {@code routing}
 * (which member gets a batch) and {@code client}. Values only here: may import the model package.
 */
package io.flinkgpu.inference.pool;
