/**
 * The server of a task manager: one port, which speaks the Open Inference Protocol over gRPC and
 * HTTP and serves every model that is leased in the process.
 *
 * <p>A pool's subtask takes a {@link io.flinkgpu.inference.pool.server.ReplicaLease}; the server
 * and the models outlive the subtask by the linger time, so that a restart of the pool's job drops
 * no request. May import the protocol, model and tensor packages and the pool's vocabulary; knows
 * neither Flink's runtime nor clients.
 */
package io.flinkgpu.inference.pool.server;
