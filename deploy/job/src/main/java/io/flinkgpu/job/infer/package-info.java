/**
 * The step {@code infer}: a model's answers as fields of rows.
 *
 * <p>{@link io.flinkgpu.job.infer.InferStep} plans it: {@code ModelInputs} and {@code ModelOutputs}
 * hold what the file says against the model's signature, and become the encoder and the decoder of
 * an {@link io.flinkgpu.inference.Inference}. Knows elements, rows and the inference API.
 */
package io.flinkgpu.job.infer;
