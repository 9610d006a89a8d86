/**
 * Which replica gets a batch: {@link io.flinkgpu.inference.pool.routing.Router}.
 *
 * <p>Pure classes: no Flink, no I/O, no threads of their own, time and chance are given to them.
 * May import the pool's vocabulary.
 */
package io.flinkgpu.inference.pool.routing;
