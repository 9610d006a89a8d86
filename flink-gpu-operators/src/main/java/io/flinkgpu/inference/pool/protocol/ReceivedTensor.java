package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import javax.annotation.Nullable;

/** A tensor of a message without its raw contents, which come apart; {@code typed} may be null. */
record ReceivedTensor(TensorHead head, @Nullable InferTensorContents typed) {}
