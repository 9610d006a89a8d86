package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;

/** The rows of a batch and their encoded inputs, in the same order. */
record AssembledBatch<IN, OUT>(List<InFlightRow<IN, OUT>> rows, TensorBatch inputs) {}
