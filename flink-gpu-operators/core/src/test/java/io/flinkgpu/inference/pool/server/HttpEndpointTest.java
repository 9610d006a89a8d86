package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.slow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpEndpointTest {

    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAIR =
            "{\"id\":\"7\",\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
                    + "\"data\":[1.5,-2]}]}";

    private TestingReplicaServer server = new TestingReplicaServer(options());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void tellsThatItLivesAndIsReady() throws Exception {
        server.readyLease(pairs("echo"));

        assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/echo/ready").statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/echo/versions/1/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void livesAndIsNotReadyWhileAModelLoads() throws Exception {
        SimulatedModel slow = pairs("slow").loading(Duration.ofHours(1), MemorySize.ZERO);
        server.lease(slow);

        assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/v2/models/slow/ready").statusCode()).isEqualTo(503);
        assertThat(post("/v2/models/slow/infer", PAIR).statusCode()).isEqualTo(503);
    }

    @Test
    void describesItselfAndItsModels() throws Exception {
        server.readyLease(pairs("echo"));

        assertThat(JSON.readTree(get("/v2").body()).path("extensions").path(0).asText())
                .isEqualTo("binary_tensor_data");
        JsonNode model = JSON.readTree(get("/v2/models/echo").body());
        assertThat(model.path("versions").path(0).asText()).isEqualTo("1");
        assertThat(model.at("/inputs/0/datatype").asText()).isEqualTo("FP32");
        assertThat(model.at("/inputs/0/shape").toString()).isEqualTo("[-1,2]");
    }

    @Test
    void answersJsonWithJson() throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response = post("/v2/models/echo/infer", PAIR);

        JsonNode answer = JSON.readTree(response.body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(answer.path("id").asText()).isEqualTo("7");
        assertThat(answer.path("model_version").asText()).isEqualTo("1");
        assertThat(answer.at("/outputs/0/name").asText()).isEqualTo("output");
        assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[1.5,-2.0]");
    }

    @Test
    void answersBinaryWithBinary() throws Exception {
        server.readyLease(pairs("echo"));
        byte[] head =
                ("{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
                                + "\"parameters\":{\"binary_data_size\":8}}],"
                                + "\"parameters\":{\"binary_data_output\":true}}")
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body =
                ByteBuffer.allocate(head.length + 8).order(ByteOrder.LITTLE_ENDIAN).put(head);
        body.putFloat(1.5f).putFloat(-2f);

        HttpResponse<byte[]> response =
                client.send(
                        request("/v2/models/echo/infer")
                                .header("Inference-Header-Content-Length", "" + head.length)
                                .POST(BodyPublishers.ofByteArray(body.array()))
                                .build(),
                        BodyHandlers.ofByteArray());

        int json =
                Integer.parseInt(
                        response.headers()
                                .firstValue("Inference-Header-Content-Length")
                                .orElseThrow());
        ByteBuffer tail =
                ByteBuffer.wrap(response.body(), json, response.body().length - json)
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(tail.getFloat()).isEqualTo(1.5f);
        assertThat(tail.getFloat()).isEqualTo(-2f);
        assertThat(tail.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/models/other/infer, 404, other",
        "/v2/models/echo/versions/9/infer, 404, 9",
    })
    void doesNotFindWhatItDoesNotServe(String path, int status, String named) throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response = post(path, PAIR);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error(response)).contains(named);
    }

    @Test
    void refusesAWrongShapeWithExpectedAndActual() throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response =
                post("/v2/models/echo/infer", PAIR.replace("[1,2]", "[2,1]"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response)).contains("[-1, 2] float32").contains("[2, 1] float32");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response = post("/v2/models/echo/infer", "{\"inputs\":");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response)).startsWith("Cannot read request: ");
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/models/%20/infer, Invalid model name",
        "/v2/models/%20/versions/1/infer, Invalid model name",
    })
    void refusesABlankName(String path, String message) throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response = post(path, PAIR);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response)).startsWith(message);
        assertThat(get("/v2/models/%20").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "-1", "100000", "99999999999"})
    void refusesALengthOfTheJsonThatIsNone(String length) throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response =
                client.send(
                        request("/v2/models/echo/infer")
                                .header("Inference-Header-Content-Length", length)
                                .POST(BodyPublishers.ofString(PAIR))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response)).startsWith("Invalid Inference-Header-Content-Length: ");
    }

    @Test
    void refusesABodyBeyondTheLimit() throws Exception {
        server.close();
        server =
                new TestingReplicaServer(
                        options()
                                .set(
                                        PoolOptions.SERVER_MAX_MESSAGE_SIZE,
                                        MemorySize.ofMebiBytes(1)));
        server.readyLease(pairs("echo"));

        HttpResponse<String> response = post("/v2/models/echo/infer", " ".repeat(2 << 20));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(error(response)).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/nothing, 404",
        "GET, /, 404",
        "GET, /v2/models/echo/infer, 405",
        "POST, /v2/health/live, 405",
    })
    void tellsInJsonThatAPathIsUnknown(String method, String path, int status) throws Exception {
        server.readyLease(pairs("echo"));

        HttpResponse<String> response =
                client.send(
                        request(path).method(method, BodyPublishers.noBody()).build(),
                        BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error(response)).startsWith("Cannot answer " + method + " " + path + ": ");
    }

    @Test
    void saysWhenToComeBackIfTooManyRowsWait() throws Exception {
        server.close();
        server = new TestingReplicaServer(options().set(PoolOptions.SERVER_MAX_WAITING_ROWS, 1));
        ReplicaLease lease = server.readyLease(slow(SLOW));
        Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().runningRows() == 1);
        Future<InferResponse> waiting = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().waitingRows() == 1);

        HttpResponse<String> response = post("/v2/models/slow/infer", PAIR);

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(error(response)).startsWith("Cannot take request for model 'slow': 1 rows wait");
        assertThat(number(response, "grpc-retry-pushback-ms")).isBetween(1L, 10_000L);
        assertThat(number(response, "Retry-After")).isBetween(1L, 10L);
        running.get().close();
        waiting.get().close();
    }

    @Test
    void reportsAFailedRun() throws Exception {
        server.readyLease(pairs("broken").failingRuns(3));

        HttpResponse<String> response = post("/v2/models/broken/infer", PAIR);

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(error(response)).contains("run 3 is told to fail");
    }

    @Test
    void givesUpWhatIsNotAnsweredInTheTimeOfItsParameter() throws Exception {
        server.readyLease(slow(SLOW));
        String hurried = "{\"parameters\":{\"timeout\":50000},".concat(PAIR.substring(1));

        HttpResponse<String> response = post("/v2/models/slow/infer", hurried);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(504);
        assertThat(error(response)).isNotBlank();
    }

    @Test
    void answersInTheTimeOfItsParameter() throws Exception {
        server.readyLease(pairs("echo"));
        String patient = "{\"parameters\":{\"timeout\":60000000},".concat(PAIR.substring(1));

        assertThat(post("/v2/models/echo/infer", patient).statusCode()).isEqualTo(200);
    }

    @Test
    void servesModelsWithASlashInTheirName() throws Exception {
        server.readyLease(pairs("team/echo"));

        assertThat(post("/v2/models/team/echo/infer", PAIR).statusCode()).isEqualTo(200);
        assertThat(post("/v2/models/team%2Fecho/versions/1/infer/", PAIR).statusCode())
                .isEqualTo(200);
        assertThat(get("/v2/models/team/echo").body()).contains("\"name\":\"team/echo\"");
    }

    @Test
    void dropsARequestWhoseClientIsGoneWhileTheDeviceIsBusy() throws Exception {
        ReplicaLease lease = server.readyLease(slow(SLOW));
        Future<InferResponse> running = server.inferLater(pairsRequest("slow", 1));
        await().until(() -> lease.describe().load().runningRows() == 1);

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String head =
                    "POST /v2/models/slow/infer HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n";
            socket.getOutputStream()
                    .write(
                            (head.formatted(PAIR.length()) + PAIR)
                                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> lease.describe().load().waitingRows() == 1);
        }

        await().until(() -> lease.describe().load().waitingRows() == 0);
        assertThat(running.isDone()).isFalse();
        running.get().close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return client.send(
                request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static long number(HttpResponse<String> response, String header) {
        return Long.parseLong(response.headers().firstValue(header).orElseThrow());
    }

    private static String error(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).path("error").asText();
    }
}
