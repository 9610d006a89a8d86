package io.flinkgpu.inference.python;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;

/**
 * A tensor, and where its bytes lie in shared memory or behind a frame.
 *
 * @param shape with the batch axis in front
 */
record TensorPlace(String name, DataType dataType, Shape shape, long offset, long byteSize) {}
