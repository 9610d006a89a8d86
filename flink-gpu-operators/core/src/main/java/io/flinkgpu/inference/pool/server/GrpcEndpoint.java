package io.flinkgpu.inference.pool.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfigResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelReadyRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelReadyResponse;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryModelLoadResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerReadyRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ServerReadyResponse;
import io.flinkgpu.inference.pool.server.transport.GrpcDeflate;
import io.flinkgpu.inference.pool.server.transport.ReceiveMemory;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.annotation.Nullable;

/**
 * The protocol's six calls and its extensions over gRPC. Answers without blocking the event loops.
 */
final class GrpcEndpoint {

    private final InferenceEndpoint endpoint;

    private GrpcEndpoint(InferenceEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    static GrpcService service(InferenceEndpoint endpoint, ProtocolLimits limits) {
        int maxMessage = Math.toIntExact(limits.maxMessageBytes());
        return GrpcService.builder()
                .addService(new GrpcEndpoint(endpoint).definition(limits))
                .maxRequestMessageLength(maxMessage)
                .maxResponseMessageLength(maxMessage)
                .decompressorRegistry(GrpcDeflate.encodings())
                .exceptionHandler((context, status, cause, metadata) -> status(cause))
                .useBlockingTaskExecutor(false)
                .build();
    }

    /** Null leaves the rest to the library, which calls a request past its deadline cancelled. */
    @Nullable
    private static Status status(Throwable cause) {
        if (cause instanceof RequestTimeoutException) {
            return Status.DEADLINE_EXCEEDED.withDescription(
                    "Cannot answer request: its deadline passed.");
        }
        if (cause.getCause() instanceof InvalidProtocolBufferException malformed) {
            return Status.INVALID_ARGUMENT.withDescription(
                    "Cannot read message: " + malformed.getMessage());
        }
        return cause instanceof OutOfMemoryError ? FailureStatus.of(cause).getStatus() : null;
    }

    private ServerServiceDefinition definition(ProtocolLimits limits) {
        MethodDescriptor<InferRequest, InferResponse> infer = InferenceProtocol.modelInfer(limits);
        ServiceDescriptor service =
                ServiceDescriptor.newBuilder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                        .addMethod(GRPCInferenceServiceGrpc.getServerLiveMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getServerReadyMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getModelReadyMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getServerMetadataMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getModelMetadataMethod())
                        .addMethod(infer)
                        .addMethod(GRPCInferenceServiceGrpc.getModelConfigMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getModelStatisticsMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getRepositoryIndexMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod())
                        .addMethod(GRPCInferenceServiceGrpc.getRepositoryModelUnloadMethod())
                        .setSchemaDescriptor(
                                GRPCInferenceServiceGrpc.getServiceDescriptor()
                                        .getSchemaDescriptor())
                        .build();
        ServerServiceDefinition.Builder calls = ServerServiceDefinition.builder(service);
        addUnary(calls, GRPCInferenceServiceGrpc.getServerLiveMethod(), this::live);
        addUnary(calls, GRPCInferenceServiceGrpc.getServerReadyMethod(), this::ready);
        addUnary(calls, GRPCInferenceServiceGrpc.getModelReadyMethod(), this::modelReady);
        addUnary(calls, GRPCInferenceServiceGrpc.getServerMetadataMethod(), this::metadata);
        addUnary(calls, GRPCInferenceServiceGrpc.getModelMetadataMethod(), this::modelMetadata);
        calls.addMethod(infer, ServerCalls.asyncUnaryCall(this::infer));
        addExtensions(calls);
        return calls.build();
    }

    private void addExtensions(ServerServiceDefinition.Builder calls) {
        ModelReports reports = endpoint.reports();
        addUnary(
                calls,
                GRPCInferenceServiceGrpc.getModelConfigMethod(),
                request ->
                        ModelConfigResponse.newBuilder()
                                .setConfig(
                                        reports.config(
                                                model(request.getName(), request.getVersion())))
                                .build());
        addUnary(
                calls,
                GRPCInferenceServiceGrpc.getModelStatisticsMethod(),
                request -> reports.statistics(request.getName(), request.getVersion()));
        addUnary(
                calls,
                GRPCInferenceServiceGrpc.getRepositoryIndexMethod(),
                request -> reports.index(request.getReady()));
        addUnary(
                calls,
                GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod(),
                request -> {
                    reports.load(request.getModelName());
                    return RepositoryModelLoadResponse.getDefaultInstance();
                });
        addUnary(
                calls,
                GRPCInferenceServiceGrpc.getRepositoryModelUnloadMethod(),
                request -> {
                    throw reports.unloadRefused(request.getModelName());
                });
    }

    private ServerLiveResponse live(ServerLiveRequest request) {
        return ServerLiveResponse.newBuilder().setLive(true).build();
    }

    private ServerReadyResponse ready(ServerReadyRequest request) {
        return ServerReadyResponse.newBuilder().setReady(endpoint.isReady()).build();
    }

    private ModelReadyResponse modelReady(ModelReadyRequest request) {
        ServedModel model = model(request.getName(), request.getVersion());
        boolean ready = endpoint.isReadyIfServed(model).orElse(false);
        return ModelReadyResponse.newBuilder().setReady(ready).build();
    }

    private ServerMetadataResponse metadata(ServerMetadataRequest request) {
        return MetadataResponses.ofServer();
    }

    private ModelMetadataResponse modelMetadata(ModelMetadataRequest request) {
        return MetadataResponses.of(
                endpoint.describe(model(request.getName(), request.getVersion())));
    }

    private void infer(InferRequest request, StreamObserver<InferResponse> observer) {
        ServerCallStreamObserver<InferResponse> call =
                (ServerCallStreamObserver<InferResponse>) observer;
        ServiceRequestContext context = ServiceRequestContext.current();
        CompletableFuture<InferResponse> answer = endpoint.infer(request, deadline());
        call.setOnCancelHandler(() -> answer.cancel(false));
        if (call.isCancelled()) {
            answer.cancel(false);
        }
        CompletableFuture<?> unused =
                answer.whenComplete(
                        (response, failure) -> {
                            if (response != null) {
                                ReceiveMemory.answering(context, response.outputs().byteSize());
                            }
                            send(call, response, failure);
                        });
    }

    private static void send(
            ServerCallStreamObserver<InferResponse> call,
            InferResponse response,
            Throwable failure) {
        if (failure != null) {
            if (!call.isCancelled()) {
                call.onError(FailureStatus.of(failure));
            }
        } else if (call.isCancelled()) {
            response.close();
        } else {
            call.onNext(response);
            call.onCompleted();
        }
    }

    /** What the client's deadline leaves of the time since the request's head arrived. */
    private static Deadline deadline() {
        ServiceRequestContext context = ServiceRequestContext.current();
        long timeoutMillis = context.requestTimeoutMillis();
        if (timeoutMillis <= 0) {
            return Deadline.none();
        }
        long start =
                context.log()
                        .ensureAvailable(RequestLogProperty.REQUEST_START_TIME)
                        .requestStartTimeNanos();
        return new Deadline(
                start + TimeUnit.MILLISECONDS.toNanos(timeoutMillis), false, System::nanoTime);
    }

    private static ServedModel model(String name, String version) {
        if (name.isBlank()) {
            throw FailureStatus.invalid("Invalid model name: it is blank. Name a model.");
        }
        return new ServedModel(name, version);
    }

    private static <I, O> void addUnary(
            ServerServiceDefinition.Builder calls,
            MethodDescriptor<I, O> method,
            Function<I, O> answer) {
        calls.addMethod(
                method,
                ServerCalls.asyncUnaryCall(
                        (request, observer) -> {
                            O response;
                            try {
                                response = answer.apply(request);
                            } catch (RuntimeException failure) {
                                observer.onError(FailureStatus.of(failure));
                                return;
                            }
                            observer.onNext(response);
                            observer.onCompleted();
                        }));
    }
}
