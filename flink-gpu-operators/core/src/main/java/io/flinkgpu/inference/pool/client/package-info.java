/**
 * The pipeline's side of a pool: a {@link io.flinkgpu.inference.model.ModelClient} whose model
 * lives on replicas.
 *
 * <p>A batch goes to the replica that the router picks, over a connection that all subtasks of the
 * process share; if that replica is lost or full, it goes to another; if there is none, it waits.
 * Members come from the job's coordinator. May import routing, protocol, model, tensor and the
 * pool's vocabulary, and Flink's runtime context.
 */
package io.flinkgpu.inference.pool.client;
