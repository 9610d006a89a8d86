package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferParameters;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse.TensorMetadata;
import io.flinkgpu.inference.pool.protocol.grpc.ModelReadyRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelReadyResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerReadyRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerReadyResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The six calls of the Open Inference Protocol over gRPC.
 *
 * <p>Called on Armeria's event loops, which it never blocks. A malformed message does not come this
 * far: reading it fails the call.
 */
final class GrpcCalls {

    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of(InferParameters.RETRY_PUSHBACK, Metadata.ASCII_STRING_MARSHALLER);

    private final InferenceService service;
    private final ModelCatalog catalog;
    private final ProtocolLimits limits;

    GrpcCalls(InferenceService service, ModelCatalog catalog, ProtocolLimits limits) {
        this.service = service;
        this.catalog = catalog;
        this.limits = limits;
    }

    ServerServiceDefinition definition() {
        ServerServiceDefinition.Builder calls =
                ServerServiceDefinition.builder(GRPCInferenceServiceGrpc.SERVICE_NAME);
        add(calls, GRPCInferenceServiceGrpc.getServerLiveMethod(), this::serverLive);
        add(calls, GRPCInferenceServiceGrpc.getServerReadyMethod(), this::serverReady);
        add(calls, GRPCInferenceServiceGrpc.getModelReadyMethod(), this::modelReady);
        add(calls, GRPCInferenceServiceGrpc.getServerMetadataMethod(), this::serverMetadata);
        add(calls, GRPCInferenceServiceGrpc.getModelMetadataMethod(), this::modelMetadata);
        return calls.addMethod(
                        InferenceProtocol.modelInfer(limits),
                        ServerCalls.asyncUnaryCall(this::modelInfer))
                .build();
    }

    /** A call that is answered at once. */
    private interface Answer<REQ, RESP> {
        RESP to(REQ request) throws RequestException;
    }

    private static <REQ, RESP> void add(
            ServerServiceDefinition.Builder calls,
            MethodDescriptor<REQ, RESP> method,
            Answer<REQ, RESP> answer) {
        ServerCalls.UnaryMethod<REQ, RESP> call =
                (request, observer) -> {
                    try {
                        observer.onNext(answer.to(request));
                        observer.onCompleted();
                    } catch (RequestException refused) {
                        observer.onError(asStatus(refused));
                    }
                };
        calls.addMethod(method, ServerCalls.asyncUnaryCall(call));
    }

    private ServerLiveResponse serverLive(ServerLiveRequest request) {
        return ServerLiveResponse.newBuilder().setLive(true).build();
    }

    private ServerReadyResponse serverReady(ServerReadyRequest request) {
        return ServerReadyResponse.newBuilder().setReady(catalog.isReady()).build();
    }

    private ModelReadyResponse modelReady(ModelReadyRequest request) throws RequestException {
        ServedModel model = model(request.getName(), request.getVersion());
        return ModelReadyResponse.newBuilder().setReady(catalog.isReady(model)).build();
    }

    private ServerMetadataResponse serverMetadata(ServerMetadataRequest request) {
        return ServerMetadataResponse.newBuilder()
                .setName(ServerIdentity.NAME)
                .setVersion(ServerIdentity.version())
                .addAllExtensions(ServerIdentity.EXTENSIONS)
                .build();
    }

    private ModelMetadataResponse modelMetadata(ModelMetadataRequest request)
            throws RequestException {
        ServedVersion version = catalog.loaded(model(request.getName(), request.getVersion()));
        ModelSignature signature = version.signature().orElseThrow();
        return ModelMetadataResponse.newBuilder()
                .setName(version.model().name())
                .addAllVersions(catalog.versionsOf(version.model().name()))
                .setPlatform(version.platform())
                .addAllInputs(metadata(signature.inputs()))
                .addAllOutputs(metadata(signature.outputs()))
                .build();
    }

    private void modelInfer(InferRequest request, StreamObserver<InferResponse> observer) {
        var call = (ServerCallStreamObserver<InferResponse>) observer;
        CompletableFuture<InferResponse> answer = service.infer(request, deadline());
        call.setOnCancelHandler(() -> answer.cancel(false));
        CompletableFuture<?> unused =
                answer.whenComplete((response, failure) -> answer(call, response, failure));
    }

    private static void answer(
            ServerCallStreamObserver<InferResponse> call,
            InferResponse response,
            Throwable failure) {
        if (call.isCancelled()) {
            if (response != null) {
                response.close();
            }
        } else if (response != null) {
            call.onNext(response);
            call.onCompleted();
        } else if (InferenceService.unwrapped(failure) instanceof RequestException refused) {
            call.onError(asStatus(refused));
        } else {
            call.onError(Status.CANCELLED.withCause(failure).asRuntimeException());
        }
    }

    /** Armeria holds the deadline that the client sent; gRPC's own context has none. */
    private static Deadline deadline() {
        long millis = ServiceRequestContext.current().requestTimeoutMillis();
        return millis == 0 ? Deadline.none() : Deadline.after(Duration.ofMillis(millis));
    }

    private static ServedModel model(String name, String version) throws RequestException {
        if (name.isBlank()) {
            throw RequestException.of(
                    Status.INVALID_ARGUMENT, "Invalid model name: it is blank. Name a model.");
        }
        return new ServedModel(name, version);
    }

    private static List<TensorMetadata> metadata(List<TensorSpec> specs) {
        return specs.stream()
                .map(
                        spec ->
                                TensorMetadata.newBuilder()
                                        .setName(spec.name())
                                        .setDatatype(spec.dataType().protocolName())
                                        .addAllShape(axes(spec))
                                        .build())
                .toList();
    }

    /** A shape of unknown rank has no form in the protocol: it shows as none. */
    private static List<Long> axes(TensorSpec spec) {
        return spec.shape().isRankKnown()
                ? Arrays.stream(spec.shape().toArray()).boxed().toList()
                : List.of();
    }

    private static StatusRuntimeException asStatus(RequestException refused) {
        if (refused.pushbackMillis() == 0) {
            return refused.status().asRuntimeException();
        }
        Metadata trailers = new Metadata();
        trailers.put(PUSHBACK, Long.toString(refused.pushbackMillis()));
        return refused.status().asRuntimeException(trailers);
    }
}
