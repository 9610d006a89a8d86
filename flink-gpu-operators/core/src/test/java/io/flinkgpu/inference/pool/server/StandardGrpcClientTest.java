package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.LIMITS;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.slow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ServerLiveRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.zip.DeflaterOutputStream;
import org.apache.flink.configuration.MemorySize;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the libraries of other languages send, and what they need to read of an answer. */
@Timeout(60)
class StandardGrpcClientTest {

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final int MEBIBYTE = 1 << 20;
    private static final int MOST = 4 * MEBIBYTE;
    private static final int RESETS = 800;
    private static final int ALLOWED_BY_DEFAULT = 400;

    private final TestingReplicaServer server =
            new TestingReplicaServer(
                    options().set(PoolOptions.SERVER_MAX_MESSAGE_SIZE, new MemorySize(MOST)));
    private WebClient raw;

    @BeforeEach
    void start() throws Exception {
        server.readyLease(pairs("echo").taking(Duration.ZERO, Duration.ZERO));
        raw = WebClient.of("h2c://127.0.0.1:" + server.port());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void readsMessagesInDeflate() throws Exception {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(message(pairsRequest("echo", 8)));
        }

        AggregatedHttpResponse answer =
                send("ModelInfer", framed(1, deflated.toByteArray()), "deflate");

        assertThat(status(answer)).isEqualTo(Status.Code.OK);
    }

    @Test
    void saysWhichEncodingsItReads() {
        AggregatedHttpResponse answer = send("ServerLive", framed(0, new byte[0]));

        assertThat(answer.headers().get("grpc-accept-encoding")).contains("gzip", "deflate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ServerLive", "ModelReady", "ModelMetadata", "ModelInfer"})
    void callsMalformedMessagesInvalid(String method) {
        AggregatedHttpResponse answer = send(method, framed(0, new byte[] {-1, -1, -1}));

        assertThat(status(answer)).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(text(answer)).startsWith("Cannot read message: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ServerLive", "ModelInfer"})
    void refusesACallWithoutAMessage(String method) {
        AggregatedHttpResponse answer = send(method, new byte[0]);

        assertThat(status(answer)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(text(answer)).contains("it has no message");
    }

    @Test
    void refusesACallWithTwoMessages() {
        byte[] twice = new byte[10];

        AggregatedHttpResponse answer = send("ServerLive", twice);

        assertThat(status(answer)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(text(answer)).contains("it has more than one message");
    }

    @Test
    void refusesAMessageThatEndsEarly() {
        byte[] whole = framed(0, new byte[100]);

        AggregatedHttpResponse answer = send("ModelInfer", Arrays.copyOf(whole, whole.length - 1));

        assertThat(status(answer)).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(text(answer)).contains("it ends after 104 of 105 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {SERVICE + "ModelStreamInfer", "/other.Service/Call"})
    void tellsByAStatusThatACallIsUnknown(String path) {
        AggregatedHttpResponse answer =
                raw.execute(headers(path), framed(0, new byte[0])).aggregate().join();

        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(status(answer)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(text(answer)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 60_000})
    void refusesLongHeadersByAStatusAndKeepsTheConnection(int length) throws Exception {
        Future<InferResponse> neighbour = slowCall();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("long", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(length));

        Status refused =
                failure(
                        () ->
                                GRPCInferenceServiceGrpc.newBlockingStub(server.channel())
                                        .withInterceptors(
                                                MetadataUtils.newAttachHeadersInterceptor(headers))
                                        .serverLive(ServerLiveRequest.getDefaultInstance()));

        assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getDescription()).contains("max-header-size is 16384");
        neighbour.get().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 9, 30, 100})
    void aMessageBeyondTheLimitEndsItsOwnCallAlone(int mebibytes) throws Exception {
        Future<InferResponse> neighbour = slowCall();

        Status refused = failure(() -> server.infer(bytes(mebibytes)).close());

        assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getDescription()).contains("max-message-size, " + MOST);
        neighbour.get().close();
    }

    @Test
    void clientsThatReadTheWholeAnswerHearOfTheLimitAsWell() throws Exception {
        for (int mebibytes : new int[] {5, 9, 30}) {
            AggregatedHttpResponse answer =
                    send("ModelInfer", framed(0, message(bytes(mebibytes))));

            assertThat(status(answer)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void aConnectionOutlivesManyCallsGivenUpAtOnce() throws Exception {
        ReplicaLease lease = server.readyLease(slow(Duration.ofSeconds(2)));
        Future<InferResponse> neighbour = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().runningRows() == 1);
        List<Future<InferResponse>> losers = new ArrayList<>();
        for (int i = 0; i < RESETS; i++) {
            losers.add(server.inferLater(pairsRequest("slow", 1)));
        }
        // A run takes some out of the queue now and then.
        await().until(() -> lease.describe().load().waitingRows() > ALLOWED_BY_DEFAULT);

        losers.forEach(loser -> loser.cancel(true));

        await().until(() -> lease.describe().load().waitingRows() == 0);
        neighbour.get().close();
    }

    private Future<InferResponse> slowCall() throws Exception {
        ReplicaLease lease = server.readyLease(slow(Duration.ofSeconds(1)));
        Future<InferResponse> call = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().runningRows() == 1);
        return call;
    }

    private static InferRequest bytes(int mebibytes) {
        return new InferRequest(
                pairsRequest("echo", 1).model(),
                "",
                Map.of(),
                TensorBatch.of(
                        "input",
                        Tensor.zeros(DataType.UINT8, Shape.of(1, (long) mebibytes * MEBIBYTE))),
                List.of());
    }

    private AggregatedHttpResponse send(String method, byte[] body) {
        return send(method, body, "identity");
    }

    private AggregatedHttpResponse send(String method, byte[] body, String encoding) {
        RequestHeaders headers =
                headers(SERVICE + method).toBuilder().add("grpc-encoding", encoding).build();
        return raw.execute(headers, HttpData.wrap(body)).aggregate().join();
    }

    private static RequestHeaders headers(String path) {
        return RequestHeaders.of(
                HttpMethod.POST, path, "content-type", "application/grpc", "te", "trailers");
    }

    private static byte[] framed(int flags, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flags)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static byte[] message(InferRequest request) throws IOException {
        try (request;
                InputStream stream = InferenceProtocol.modelInfer(LIMITS).streamRequest(request)) {
            return stream.readAllBytes();
        }
    }

    private static Status failure(ThrowingCallable call) {
        return Status.fromThrowable(catchThrowable(call));
    }

    private static Status.Code status(AggregatedHttpResponse answer) {
        String code = answer.headers().get("grpc-status", answer.trailers().get("grpc-status", ""));
        return Status.fromCodeValue(Integer.parseInt(code)).getCode();
    }

    private static String text(AggregatedHttpResponse answer) {
        return answer.headers().get("grpc-message", answer.trailers().get("grpc-message", ""));
    }
}
