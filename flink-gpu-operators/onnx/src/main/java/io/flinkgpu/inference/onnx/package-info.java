/**
 * The ONNX runtime: ONNX files loaded and run through ONNX Runtime's Java API.
 *
 * <p>Nothing outside this package imports {@code ai.onnxruntime}; inside it, {@link
 * io.flinkgpu.inference.onnx.OnnxRuntime} touches it only after it made sure that its class loader
 * is safe. May import the model and tensor packages.
 */
package io.flinkgpu.inference.onnx;
