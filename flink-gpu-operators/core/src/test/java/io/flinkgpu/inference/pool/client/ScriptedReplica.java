package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse.TensorMetadata;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A replica that does as it is told: answers, fails, hangs, or drops its connections.
 *
 * <p>Its model takes {@code x}, shape {@code [batch, 2]}, and gives it back as {@code y}.
 */
final class ScriptedReplica implements AutoCloseable {

    static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20, 1 << 20, 1 << 20);

    private static final Metadata.Key<String> PUSHBACK = InferTrailers.PUSHBACK;
    private static final Metadata.Key<String> WITHDRAWN = InferTrailers.WITHDRAWN;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** What to do with one request, whose inputs are closed by the caller. */
    @FunctionalInterface
    interface Step {
        void run(InferRequest request, StreamObserver<InferResponse> answer);
    }

    /** The version that it says has answered. */
    static final String VERSION = "4";

    private final LinkedBlockingQueue<Step> script = new LinkedBlockingQueue<>();
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final List<Integer> rows = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> parameters = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private final UnaryOperator<NettyServerBuilder> settings;
    private volatile Step otherwise = ScriptedReplica::echo;
    private volatile Status metadataFailure = Status.OK;
    private volatile String inputType = "FP32";
    private int port;
    private Server server;

    private ScriptedReplica(UnaryOperator<NettyServerBuilder> settings) {
        this.settings = settings;
    }

    static ScriptedReplica start() {
        return start(UnaryOperator.identity());
    }

    static ScriptedReplica start(UnaryOperator<NettyServerBuilder> settings) {
        ScriptedReplica replica = new ScriptedReplica(settings);
        replica.listen();
        return replica;
    }

    /** Answers with the inputs. */
    static void echo(InferRequest request, StreamObserver<InferResponse> answer) {
        Tensor x = request.inputs().tensor("x");
        Tensor y = Tensor.copyOf(x.dataType(), x.shape(), x.data(), DirectBufferPool.ofProcess());
        answer.onNext(
                new InferResponse(
                        new ServedModel(request.model().name(), VERSION),
                        request.id(),
                        Map.of(),
                        TensorBatch.of("y", y)));
        answer.onCompleted();
    }

    static Step fails(Status status) {
        return (request, answer) -> answer.onError(status.asRuntimeException());
    }

    static Step pushesBack(long millis) {
        Metadata trailers = new Metadata();
        trailers.put(PUSHBACK, Long.toString(millis));
        return (request, answer) ->
                answer.onError(new StatusRuntimeException(Status.RESOURCE_EXHAUSTED, trailers));
    }

    /** Gives the request back, which it says has never run. */
    static Step runsOutOfMemory() {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.ERROR_CLASS, "OUT_OF_MEMORY");
        return (request, answer) ->
                answer.onError(
                        new StatusRuntimeException(
                                Status.RESOURCE_EXHAUSTED.withDescription("a row of 3 GB"),
                                trailers));
    }

    static Step givesBack() {
        Metadata trailers = new Metadata();
        trailers.put(WITHDRAWN, "true");
        return (request, answer) ->
                answer.onError(new StatusRuntimeException(Status.RESOURCE_EXHAUSTED, trailers));
    }

    static Step hangs() {
        return (request, answer) -> {};
    }

    /** The next request that has no step of its own meets this one. */
    ScriptedReplica then(Step step) {
        script.add(step);
        return this;
    }

    /** All requests without a step of their own meet this one. */
    ScriptedReplica always(Step step) {
        otherwise = step;
        return this;
    }

    ScriptedReplica refusesLookups(Status status) {
        metadataFailure = status;
        return this;
    }

    ScriptedReplica takes(String protocolType) {
        inputType = protocolType;
        return this;
    }

    ReplicaAddress address() {
        return new ReplicaAddress("localhost", port);
    }

    Replica asMember() {
        return Replica.at(address());
    }

    /** Ids of the requests that came, in their order. */
    List<String> ids() {
        return ids;
    }

    /** Rows of the requests that came, in their order. */
    List<Integer> rows() {
        return rows;
    }

    List<Map<String, Object>> parameters() {
        return parameters;
    }

    List<String> authorizations() {
        return authorizations;
    }

    int requests() {
        return ids.size();
    }

    int lookups() {
        return lookups.get();
    }

    int cancelled() {
        return cancelled.get();
    }

    /** Requests that have neither been answered nor cancelled. */
    int inProgress() {
        return inProgress.get();
    }

    /** Drops all connections and listens no more. */
    void die() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Listens on the same port again. */
    void listen() {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress("localhost", port))
                        .maxInboundMessageSize((int) LIMITS.maxMessageBytes())
                        .permitKeepAliveTime(1, TimeUnit.MILLISECONDS)
                        .intercept(new Recorder())
                        .addService(service());
        try {
            server = settings.apply(builder).build().start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        port = server.getPort();
    }

    @Override
    public void close() {
        die();
    }

    private ServerServiceDefinition service() {
        var infer = InferenceProtocol.modelInfer(LIMITS);
        var metadata = GRPCInferenceServiceGrpc.getModelMetadataMethod();
        return ServerServiceDefinition.builder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                .addMethod(infer, ServerCalls.asyncUnaryCall(this::infer))
                .addMethod(metadata, ServerCalls.asyncUnaryCall(this::lookUp))
                .build();
    }

    private void infer(InferRequest request, StreamObserver<InferResponse> answer) {
        rows.add(request.inputs().rows());
        ids.add(request.id());
        parameters.add(request.parameters());
        inProgress.incrementAndGet();
        ServerCallStreamObserver<InferResponse> call =
                (ServerCallStreamObserver<InferResponse>) answer;
        call.setOnCancelHandler(
                () -> {
                    cancelled.incrementAndGet();
                    inProgress.decrementAndGet();
                });
        call.setOnCloseHandler(inProgress::decrementAndGet);
        Step next = script.poll();
        try (request) {
            (next == null ? otherwise : next).run(request, answer);
        }
    }

    private void lookUp(
            ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
        lookups.incrementAndGet();
        if (!metadataFailure.isOk()) {
            answer.onError(metadataFailure.asRuntimeException());
            return;
        }
        answer.onNext(
                ModelMetadataResponse.newBuilder()
                        .setName(request.getName())
                        .addInputs(tensor("x", inputType))
                        .addOutputs(tensor("y", inputType))
                        .build());
        answer.onCompleted();
    }

    private static TensorMetadata tensor(String name, String type) {
        return TensorMetadata.newBuilder()
                .setName(name)
                .setDatatype(type)
                .addShape(-1)
                .addShape(2)
                .build();
    }

    /** Notes who asks. */
    private final class Recorder implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String authorization = headers.get(AUTHORIZATION);
            authorizations.add(authorization == null ? "" : authorization);
            return next.startCall(call, headers);
        }
    }
}
