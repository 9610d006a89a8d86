package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.pool.protocol.grpc.DataType;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfig;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfigRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatisticsRequest;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryIndexRequest;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryIndexResponse.ModelIndex;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryModelLoadRequest;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryModelUnloadRequest;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The extensions of common servers. */
@Timeout(60)
class ModelReportsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestingReplicaServer server = new TestingReplicaServer(options());
    private final HttpClient client = HttpClient.newHttpClient();
    private GRPCInferenceServiceBlockingStub calls;

    @BeforeEach
    void start() throws Exception {
        server.readyLease(pairs("echo").taking(Duration.ZERO, Duration.ZERO));
        calls = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void tellsTheConfigurationWithoutTheBatchAxis() throws Exception {
        ModelConfig config =
                calls.modelConfig(ModelConfigRequest.newBuilder().setName("echo").build())
                        .getConfig();
        JsonNode json = JSON.readTree(send("GET", "/v2/models/echo/config").body());

        assertThat(config.getMaxBatchSize()).isEqualTo(8);
        assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
        assertThat(config.getInput(0).getDimsList()).containsExactly(2L);
        assertThat(config.hasDynamicBatching()).isTrue();
        assertThat(json.path("max_batch_size").asInt()).isEqualTo(8);
        assertThat(json.at("/output/0").toString())
                .isEqualTo("{\"name\":\"output\",\"data_type\":\"TYPE_FP32\",\"dims\":[2]}");
    }

    @Test
    void tellsWhatTheModelSaysOfItself() throws Exception {
        ModelConfig config =
                calls.modelConfig(ModelConfigRequest.newBuilder().setName("echo").build())
                        .getConfig();
        JsonNode json = JSON.readTree(send("GET", "/v2/models/echo/config").body());

        assertThat(config.getPlatform()).isEqualTo("simulated");
        assertThat(config.getBackend()).isEqualTo("simulated");
        assertThat(config.getParametersOrThrow("per_row").getStringValue()).isEqualTo("PT0S");
        assertThat(json.at("/parameters").toString())
                .isEqualTo(
                        "{\"base\":{\"string_value\":\"PT0S\"},\"per_row\":{\"string_value\":\"PT0S\"}}");
    }

    @Test
    void countsRequestsRowsAndRuns() throws Exception {
        server.infer(pairsRequest("echo", 3)).close();
        server.infer(pairsRequest("echo", 3)).close();
        server.infer(pairsRequest("echo", 1)).close();

        ModelStatistics statistics =
                calls.modelStatistics(ModelStatisticsRequest.newBuilder().setName("echo").build())
                        .getModelStats(0);
        JsonNode json = JSON.readTree(send("GET", "/v2/models/echo/stats").body());

        assertThat(statistics.getInferenceCount()).isEqualTo(7);
        assertThat(statistics.getExecutionCount()).isEqualTo(3);
        assertThat(statistics.getInferenceStats().getSuccess().getCount()).isEqualTo(3);
        assertThat(statistics.getInferenceStats().getFail().getCount()).isZero();
        assertThat(statistics.getLastInference()).isPositive();
        assertThat(statistics.getBatchStatsList())
                .extracting(
                        batch -> batch.getBatchSize() + "x" + batch.getComputeInfer().getCount())
                .containsExactly("1x1", "3x2");
        assertThat(json.at("/model_stats/0/inference_count").asLong()).isEqualTo(7);
        assertThat(json.at("/model_stats/0/batch_stats/1/batch_size").asLong()).isEqualTo(3);
    }

    @Test
    void countsRunsThatFail() throws Exception {
        server.readyLease(pairs("broken").failingRuns(3));
        assertThatThrownBy(() -> server.infer(pairsRequest("broken", 1)))
                .isInstanceOf(StatusRuntimeException.class);

        ModelStatistics statistics =
                calls.modelStatistics(ModelStatisticsRequest.newBuilder().setName("broken").build())
                        .getModelStats(0);

        assertThat(statistics.getInferenceStats().getFail().getCount()).isEqualTo(1);
        assertThat(statistics.getExecutionCount()).isZero();
    }

    @Test
    void tellsTheStatisticsOfAllModels() throws Exception {
        server.readyLease(pairs("other"));

        assertThat(
                        calls.modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                                .getModelStatsList())
                .extracting(ModelStatistics::getName)
                .containsExactly("echo", "other");
        assertThat(JSON.readTree(send("GET", "/v2/models/stats").body()).path("model_stats"))
                .hasSize(2);
    }

    @Test
    void listsWhatIsServedWithItsState() throws Exception {
        server.lease(pairs("slow").loading(Duration.ofHours(1), MemorySize.ZERO));

        assertThat(
                        calls.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                                .getModelsList())
                .extracting(ModelIndex::getName, ModelIndex::getState, ModelIndex::getReason)
                .containsExactly(
                        tuple("echo", "READY", ""), tuple("slow", "LOADING", "it is loading"));
        assertThat(JSON.readTree(send("POST", "/v2/repository/index").body())).hasSize(2);
    }

    @Test
    void listsWhatIsReadyOnRequest() throws Exception {
        server.lease(pairs("slow").loading(Duration.ofHours(1), MemorySize.ZERO));
        RepositoryIndexRequest ready = RepositoryIndexRequest.newBuilder().setReady(true).build();

        assertThat(calls.repositoryIndex(ready).getModelsList()).hasSize(1);
        assertThat(JSON.readTree(send("POST", "/v2/repository/index", "{\"ready\": true}").body()))
                .hasSize(1);
        assertThat(send("POST", "/v2/repository/index", "{").statusCode()).isEqualTo(400);
    }

    @Test
    void loadingWhatIsServedIsDone() throws Exception {
        assertThat(
                        calls.repositoryModelLoad(
                                RepositoryModelLoadRequest.newBuilder()
                                        .setModelName("echo")
                                        .build()))
                .isNotNull();
        assertThat(send("POST", "/v2/repository/models/echo/load", "{}").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"other, load", "echo, unload"})
    void saysThatAPoolServesWhatItWasStartedWith(String model, String verb) throws Exception {
        String refusal = "Cannot %s model '%s': a pool serves the models".formatted(verb, model);

        HttpResponse<String> answer =
                send("POST", "/v2/repository/models/%s/%s".formatted(model, verb));

        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.body()).contains(refusal);
        assertThatThrownBy(
                        () -> {
                            if (verb.equals("load")) {
                                calls.repositoryModelLoad(
                                        RepositoryModelLoadRequest.newBuilder()
                                                .setModelName(model)
                                                .build());
                            } else {
                                calls.repositoryModelUnload(
                                        RepositoryModelUnloadRequest.newBuilder()
                                                .setModelName(model)
                                                .build());
                            }
                        })
                .hasMessageStartingWith("UNIMPLEMENTED: " + refusal);
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/models/other/config, 404",
        "/v2/models/other/stats, 404",
        "/v2/models/echo/versions/9/stats, 404",
    })
    void doesNotFindWhatIsNotServed(String path, int status) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(status);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return send(method, path, "");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
