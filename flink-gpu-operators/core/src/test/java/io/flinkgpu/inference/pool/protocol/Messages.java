package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/** Messages for tests: ours, and those of the generated classes beside them. */
final class Messages {

    static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20, 10_000, 1000);
    static final ServedModel MODEL = new ServedModel("digits", "3");

    private Messages() {}

    static ModelInferRequest.Builder generated() {
        return ModelInferRequest.newBuilder().setModelName("digits").setModelVersion("3");
    }

    static ModelInferRequest.InferInputTensor.Builder input(
            String name, DataType type, long... shape) {
        var input = ModelInferRequest.InferInputTensor.newBuilder();
        for (long length : shape) {
            input.addShape(length);
        }
        return input.setName(name).setDatatype(type.protocolName());
    }

    static ModelInferRequest typed(
            DataType type, UnaryOperator<InferTensorContents.Builder> contents, long... shape) {
        return generated()
                .addInputs(
                        input("x", type, shape)
                                .setContents(contents.apply(InferTensorContents.newBuilder())))
                .build();
    }

    static ModelInferRequest raw(DataType type, byte[] content, long... shape) {
        return generated()
                .addInputs(input("x", type, shape))
                .addRawInputContents(ByteString.copyFrom(content))
                .build();
    }

    static InferRequest read(byte[] message, DirectBufferPool pool) throws IOException {
        return new InferRequestMarshaller(LIMITS, pool).read(new ByteArrayInputStream(message));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
