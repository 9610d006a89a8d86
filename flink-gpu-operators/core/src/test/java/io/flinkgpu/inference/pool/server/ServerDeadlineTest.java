package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.LIMITS;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.slow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server says of a passed deadline to a client that does not watch the time itself. */
@Timeout(60)
class ServerDeadlineTest {

    private static final int REQUESTS = 50;
    private static final int FRAME_HEAD_BYTES = 5;

    private final TestingReplicaServer server = new TestingReplicaServer(options());

    private ReplicaLease lease;

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void tellsThatTheDeadlineHasPassed() throws Exception {
        ready();

        assertThatAllPassTheirDeadline();
    }

    @Test
    void tellsThatTheDeadlineHasPassedAlsoWhenTheConnectionNoticesFirst() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ready();
        Future<?> late = server.timer.submit(() -> end.await(30, TimeUnit.SECONDS));
        try {
            assertThatAllPassTheirDeadline();
        } finally {
            end.countDown();
            late.get();
        }
    }

    private void ready() throws Exception {
        lease = server.readyLease(slow(Duration.ofSeconds(3)));
    }

    private void assertThatAllPassTheirDeadline() throws Exception {
        Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().runningRows() == 1);

        WebClient client = WebClient.of("h2c://127.0.0.1:" + server.port());
        List<CompletableFuture<AggregatedHttpResponse>> answers = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            answers.add(
                    client.execute(headers(100 + i), framed(pairsRequest("slow", 1))).aggregate());
        }

        String expected = String.valueOf(Status.Code.DEADLINE_EXCEEDED.value());
        assertThat(answers).allSatisfy(answer -> assertThat(status(answer)).isEqualTo(expected));
        await().until(() -> lease.describe().load().waitingRows() == 0);
        running.get().close();
    }

    private static RequestHeaders headers(int timeoutMillis) {
        return RequestHeaders.of(
                HttpMethod.POST,
                "/inference.GRPCInferenceService/ModelInfer",
                "content-type",
                "application/grpc",
                "te",
                "trailers",
                "grpc-timeout",
                timeoutMillis + "m");
    }

    private static byte[] framed(InferRequest request) throws IOException {
        try (request;
                InputStream stream = InferenceProtocol.modelInfer(LIMITS).streamRequest(request)) {
            byte[] message = stream.readAllBytes();
            return ByteBuffer.allocate(FRAME_HEAD_BYTES + message.length)
                    .put((byte) 0)
                    .putInt(message.length)
                    .put(message)
                    .array();
        }
    }

    private static String status(CompletableFuture<AggregatedHttpResponse> answer) {
        AggregatedHttpResponse response = answer.join();
        return response.headers()
                .get("grpc-status", response.trailers().get("grpc-status", "none"));
    }
}
