package io.flinkgpu.inference.reuse;

import io.flinkgpu.inference.tensor.TensorBatch;
import org.apache.flink.annotation.Internal;

/**
 * A model's answer to one row.
 *
 * @param outputs one row, on the heap; nobody changes or closes it
 * @param modelVersion the version that answered; empty if unknown
 */
@Internal
public record KeptAnswer(TensorBatch outputs, String modelVersion) {}
