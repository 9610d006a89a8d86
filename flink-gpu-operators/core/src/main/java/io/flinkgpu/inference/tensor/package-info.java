/**
 * Typed, shaped, little-endian blocks of memory and the batches made of them.
 *
 * <p>A {@link io.flinkgpu.inference.tensor.Tensor} is a value, a {@link
 * io.flinkgpu.inference.tensor.TensorBatch} is what a model runs on, and a {@link
 * io.flinkgpu.inference.tensor.TensorBatchBuilder} packs rows into one. Batches live in direct
 * memory borrowed from a {@link io.flinkgpu.inference.tensor.DirectBufferPool}. May touch the JDK
 * and flink-core.
 */
package io.flinkgpu.inference.tensor;
