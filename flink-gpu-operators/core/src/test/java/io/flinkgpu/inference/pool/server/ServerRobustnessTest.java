package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.LIMITS;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes by the wire, the next sound request is answered. */
@Timeout(120)
class ServerRobustnessTest {

    private static final int ATTEMPTS = 200;
    private static final MemorySize SMALL_MESSAGE = MemorySize.ofMebiBytes(1);
    private static final int MAX_LENGTH = 4096;

    private final long borrowedBefore = DirectBufferPool.ofProcess().borrowedBytes();
    private final Random random = new Random(1);
    private final TestingReplicaServer server =
            new TestingReplicaServer(
                    options().set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, SMALL_MESSAGE));

    @BeforeEach
    void start() throws Exception {
        server.readyLease(pairs("echo"));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        await().untilAsserted(
                        () ->
                                assertThat(DirectBufferPool.ofProcess().borrowedBytes())
                                        .as("borrowed bytes")
                                        .isEqualTo(borrowedBefore));
    }

    @Test
    void survivesRandomBytesOnItsPort() throws Exception {
        for (int i = 0; i < ATTEMPTS / 4; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write(randomBytes());
            } catch (IOException closedByServer) {
                // What it makes of them is the server's affair.
                assertThat(closedByServer).isNotNull();
            }
        }

        assertStillAnswers();
    }

    @Test
    void refusesRandomMessagesAsInvalid() {
        for (int i = 0; i < ATTEMPTS; i++) {
            assertInvalid(randomBytes());
        }

        assertStillAnswers();
    }

    @Test
    void answersOrRefusesDamagedRequests() throws Exception {
        byte[] sound = bytesOf(pairsRequest("echo", 8));
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            Throwable failure = catchThrowable(() -> send(damaged).close());
            if (failure != null) {
                assertThat(Status.fromThrowable(failure).getCode())
                        .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
            }
        }

        assertStillAnswers();
    }

    @Test
    void refusesRandomBodiesOverHttp() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create("http://127.0.0.1:%d/v2/models/echo/infer".formatted(server.port()));
        for (int i = 0; i < ATTEMPTS; i++) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(randomBytes()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(400);
        }

        assertStillAnswers();
    }

    @Test
    void answersOrRefusesDamagedJson() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create("http://127.0.0.1:%d/v2/models/echo/infer".formatted(server.port()));
        byte[] sound =
                ("{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
                                + "\"data\":[1.5,-2]}],\"outputs\":[{\"name\":\"output\"}]}")
                        .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(damaged))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isIn(200, 400);
        }

        assertStillAnswers();
    }

    @Test
    void refusesAMessageBeyondTheLimit() {
        byte[] tooLarge = new byte[Math.toIntExact(SMALL_MESSAGE.getBytes()) + 1];

        assertThat(catchThrowable(() -> send(tooLarge).close()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("RESOURCE_EXHAUSTED");

        assertStillAnswers();
    }

    @Test
    void refusesHeadersBeyondTheLimit() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String head = "GET /v2 HTTP/1.1\r\nhost: x\r\nlong: %s\r\n\r\n";
            socket.getOutputStream()
                    .write(head.formatted("x".repeat(1 << 16)).getBytes(StandardCharsets.US_ASCII));

            String answer =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 431");
        }

        assertStillAnswers();
    }

    @Test
    void givesUpAMessageWhoseSenderHangsUp() throws Exception {
        byte[] sound = bytesOf(pairsRequest("echo", 8));
        for (int i = 0; i < ATTEMPTS / 4; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                String head =
                        "POST /v2/models/echo/infer HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(sound);
            }
        }

        assertStillAnswers();
    }

    private void assertInvalid(byte[] message) {
        assertThat(catchThrowable(() -> send(message).close()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT");
    }

    private void assertStillAnswers() {
        try (InferResponse response = server.infer(pairsRequest("echo", 2))) {
            assertThat(response.outputs().tensor("output").toFloats()).containsExactly(0, 1, 2, 3);
        }
    }

    private InferResponse send(byte[] message) {
        MethodDescriptor<InferRequest, InferResponse> real = InferenceProtocol.modelInfer(LIMITS);
        MethodDescriptor<byte[], InferResponse> raw =
                real.toBuilder(new Bytes(), real.getResponseMarshaller()).build();
        return ClientCalls.blockingUnaryCall(server.channel(), raw, CallOptions.DEFAULT, message);
    }

    private static byte[] bytesOf(InferRequest request) throws IOException {
        try (request;
                InputStream stream = InferenceProtocol.modelInfer(LIMITS).streamRequest(request)) {
            return stream.readAllBytes();
        }
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[1 + random.nextInt(MAX_LENGTH)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Sends what it is given. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("Cannot read requests: this only sends.");
        }
    }
}
