package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.TransientHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;

/**
 * The services that tools of gRPC look for beside the protocol: health and reflection.
 *
 * <p>They hold streams for as long as a client likes, so a server that stops does not wait for
 * them.
 */
final class GrpcSideServices {

    private static final int MAX_MESSAGE = 64 << 10;

    /** The former name of the reflection service, with the same messages. */
    private static final String FORMER_REFLECTION = "/grpc.reflection.v1alpha.ServerReflection";

    private GrpcSideServices() {}

    /** Adds them to a server. */
    static void addTo(ServerBuilder server, InferenceEndpoint endpoint) {
        server.service(
                GrpcService.builder()
                        .addService(new HealthEndpoint(endpoint))
                        .addService(ProtoReflectionServiceV1.newInstance())
                        .maxRequestMessageLength(MAX_MESSAGE)
                        .useBlockingTaskExecutor(false)
                        .build(),
                TransientHttpService.newDecorator());
        server.service(
                GrpcService.builder()
                        .addService(FORMER_REFLECTION, ProtoReflectionServiceV1.newInstance())
                        .maxRequestMessageLength(MAX_MESSAGE)
                        .useBlockingTaskExecutor(false)
                        .build(),
                TransientHttpService.newDecorator());
    }
}
