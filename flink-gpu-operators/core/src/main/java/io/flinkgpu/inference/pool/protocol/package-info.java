/**
 * What travels between clients and servers of a pool: the Open Inference Protocol v2, as protocol
 * buffers over gRPC and as JSON over HTTP with binary tensors.
 *
 * <p>{@link io.flinkgpu.inference.pool.protocol.InferRequest} and {@link
 * io.flinkgpu.inference.pool.protocol.InferResponse} are the forms that our code handles;
 * marshallers turn them into bytes and back with one copy of the tensors. The generated classes of
 * {@code inference.proto} serve the small calls and stand beside ours in tests. May import the
 * tensor package and the pool's vocabulary; knows neither server nor client.
 */
package io.flinkgpu.inference.pool.protocol;
