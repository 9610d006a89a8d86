/**
 * The TensorFlow runtime: SavedModels loaded and run through TensorFlow Java.
 *
 * <p>Nothing outside this package imports {@code org.tensorflow} or {@code org.bytedeco}; inside
 * it, {@link io.flinkgpu.inference.tensorflow.TensorFlowRuntime} touches them only after it made
 * sure that their class loader is safe. May import the model and tensor packages.
 */
package io.flinkgpu.inference.tensorflow;
