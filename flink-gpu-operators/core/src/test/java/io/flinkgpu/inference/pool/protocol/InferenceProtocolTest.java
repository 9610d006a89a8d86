package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The messages between grpc-java's client and Armeria's server, which answers with the inputs. */
class InferenceProtocolTest {

    private static final int MAX_MESSAGE = 1 << 20;
    private static final ProtocolLimits LIMITS = new ProtocolLimits(MAX_MESSAGE, 1 << 20, 1 << 10);

    private static final WatchedPool SERVER_MEMORY = new WatchedPool();

    private static Server server;
    private static ManagedChannel channel;

    private final WatchedPool clientMemory = new WatchedPool();

    @BeforeAll
    static void start() {
        var method = method(SERVER_MEMORY);
        ServerServiceDefinition echo =
                ServerServiceDefinition.builder("inference.GRPCInferenceService")
                        .addMethod(
                                method,
                                ServerCalls.<InferRequest, InferResponse>asyncUnaryCall(
                                        (request, observer) -> {
                                            observer.onNext(
                                                    new InferResponse(
                                                            request.model(),
                                                            request.id(),
                                                            request.parameters(),
                                                            request.inputs()));
                                            observer.onCompleted();
                                        }))
                        .build();
        server =
                Server.builder()
                        .http(0)
                        .gracefulShutdownTimeoutMillis(0, 0)
                        .maxRequestLength(0)
                        .service(
                                GrpcService.builder()
                                        .addService(echo)
                                        .maxRequestMessageLength(MAX_MESSAGE)
                                        .build())
                        .build();
        server.start().join();
        channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", server.activeLocalPort())
                        .usePlaintext()
                        .build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.stop().join();
    }

    @AfterEach
    void allMemoryIsGivenBack() {
        await().untilAsserted(SERVER_MEMORY::requireComplete);
        clientMemory.requireComplete();
    }

    @Test
    void namesTheCallAsTheProtocolDoes() {
        assertThat(InferenceProtocol.modelInfer(LIMITS).getFullMethodName())
                .isEqualTo("inference.GRPCInferenceService/ModelInfer");
    }

    @Test
    void requestsAndResponsesTravel() {
        InferRequest request = request(20_000);

        try (InferResponse response = call(request, CallOptions.DEFAULT)) {
            assertThat(response.outputs()).isEqualTo(request.inputs());
            assertThat(response.model()).isEqualTo(request.model());
            assertThat(response.id()).isEqualTo("id-1");
            assertThat(response.parameters()).isEqualTo(request.parameters());
        }
    }

    @Test
    void compressedRequestsTravel() {
        InferRequest request = request(20_000);

        try (InferResponse response = call(request, CallOptions.DEFAULT.withCompression("gzip"))) {
            assertThat(response.outputs()).isEqualTo(request.inputs());
        }
    }

    @Test
    void clientsOfTheGeneratedClassesAreServed() {
        ModelInferRequest request =
                TestingMessages.request(
                                TestingMessages.input("x", "INT32", 2)
                                        .setContents(
                                                TestingMessages.typed(
                                                        Tensor.ofInts(Shape.of(2), 1, -1))))
                        .build();

        ModelInferResponse response =
                GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(request);

        assertThat(response.getOutputs(0).getName()).isEqualTo("x");
        assertThat(response.getOutputs(0).hasContents()).isFalse();
        assertThat(response.getRawOutputContents(0).toByteArray())
                .containsExactly(1, 0, 0, 0, -1, -1, -1, -1);
    }

    @Test
    void malformedRequestsAreAnsweredWithInvalidArgument() {
        ModelInferRequest request =
                TestingMessages.request(TestingMessages.input("x", "FP32", 2)).build();

        assertThatThrownBy(() -> callWithBytes(request.toByteArray()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(
                        "INVALID_ARGUMENT: Invalid tensor 'x': FP32 [2] takes 2 elements but 0"
                                + " came.");
    }

    @Test
    void bytesThatAreNoMessageAreAnsweredWithInvalidArgument() {
        byte[] noise = new byte[1_000];
        new Random(7).nextBytes(noise);

        assertThatThrownBy(() -> callWithBytes(noise))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: Cannot read message: ");
    }

    @Test
    void responsesThatAreNoneSayWhy() {
        ProtocolLimits narrow = new ProtocolLimits(MAX_MESSAGE, 1, 1);
        var strict =
                method(clientMemory).toBuilder(
                                bytes(), new InferResponseMarshaller(narrow, clientMemory.pool()))
                        .build();
        byte[] message = TestingMessages.bytes(method(clientMemory).streamRequest(request(3)));

        assertThatThrownBy(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel, strict, CallOptions.DEFAULT, message))
                .isInstanceOf(StatusRuntimeException.class)
                .hasRootCauseInstanceOf(MalformedMessageException.class)
                .rootCause()
                .hasMessageContaining("an axis must be 0 to 1");
    }

    private InferResponse call(InferRequest request, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, method(clientMemory), options, request);
    }

    private void callWithBytes(byte[] message) {
        var method = InferenceProtocol.modelInfer(LIMITS).toBuilder(bytes(), bytes()).build();
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, message);
    }

    private static MethodDescriptor<InferRequest, InferResponse> method(WatchedPool memory) {
        return InferenceProtocol.modelInfer(LIMITS).toBuilder(
                        new InferRequestMarshaller(LIMITS, memory.pool()),
                        new InferResponseMarshaller(LIMITS, memory.pool()))
                .build();
    }

    private static InferRequest request(int rows) {
        return new InferRequest(
                new ServedModel("m", "2"),
                "id-1",
                Map.of("flag", true, "count", 7L),
                TensorBatch.of(
                        "x", Tensor.ofLongs(Shape.of(rows), LongStream.range(0, rows).toArray())),
                List.of("x"));
    }

    private static MethodDescriptor.Marshaller<byte[]> bytes() {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] message) {
                return new ByteArrayInputStream(message);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }
}
