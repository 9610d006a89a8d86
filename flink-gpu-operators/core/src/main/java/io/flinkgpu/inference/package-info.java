/**
 * What a user of inference sees: the {@link io.flinkgpu.inference.Inference} builder, encoders and
 * decoders, options and dead letters.
 *
 * <p>A row goes: {@link io.flinkgpu.inference.TensorEncoder} into a batch, the batch through a
 * {@link io.flinkgpu.inference.model.ModelClient}, each answer through a {@link
 * io.flinkgpu.inference.TensorDecoder} to the output. The {@code operator} package does the
 * driving.
 */
package io.flinkgpu.inference;
