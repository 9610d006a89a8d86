package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.grpc.MethodDescriptor;
import org.apache.flink.annotation.Internal;

/** The calls of the Open Inference Protocol v2 over gRPC that our own messages travel with. */
@Internal
public final class InferenceProtocol {

    private InferenceProtocol() {}

    /**
     * {@code ModelInfer} with our messages; the other five calls are those of {@link
     * GRPCInferenceServiceGrpc}.
     *
     * <p>A server need not close what it has answered: a response is closed once it is written. A
     * request stays its sender's, who may send it again.
     *
     * @param limits of what is read
     */
    public static MethodDescriptor<InferRequest, InferResponse> modelInfer(ProtocolLimits limits) {
        return GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(
                        new InferRequestMarshaller(limits), new InferResponseMarshaller(limits))
                .build();
    }
}
