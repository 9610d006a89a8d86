package io.flinkgpu.table.gateway;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.gateway.rest.SqlGatewayRestEndpoint;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.session.SessionManager;

/** Flink's SQL gateway in this process, and one session of it, both over HTTP. */
final class TestingGateway implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final SessionManager sessions;
    private final SqlGatewayRestEndpoint endpoint;
    private final String session;

    /**
     * Starts.
     *
     * @param cluster the configuration of a client of the cluster that runs the jobs
     */
    TestingGateway(Configuration cluster) throws Exception {
        Configuration options = new Configuration(cluster);
        options.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        sessions = SessionManager.create(new DefaultContext(options, List.of()));
        sessions.start();
        Configuration own =
                new Configuration()
                        .set(RestOptions.ADDRESS, "localhost")
                        .set(RestOptions.BIND_PORT, "0");
        endpoint = new SqlGatewayRestEndpoint(own, new SqlGatewayServiceImpl(sessions));
        endpoint.start();
        session = "/v1/sessions/" + post("/v1/sessions", Map.of()).get("sessionHandle").asText();
    }

    /**
     * Runs a statement to its end.
     *
     * @return the fields of its rows
     * @throws IOException with what the gateway says if the statement fails
     */
    List<JsonNode> run(String statement) throws IOException, InterruptedException {
        String operation =
                post(session + "/statements", Map.of("statement", statement))
                        .get("operationHandle")
                        .asText();
        List<JsonNode> rows = new ArrayList<>();
        String next = session + "/operations/" + operation + "/result/0";
        while (next != null) {
            JsonNode page = page(next);
            if (page.get("resultType").asText().equals("PAYLOAD")) {
                page.get("results").get("data").forEach(row -> rows.add(row.get("fields")));
            }
            JsonNode uri = page.get("nextResultUri");
            next = uri == null || uri.isNull() ? null : uri.asText();
        }
        return rows;
    }

    /** Asks until there is something. */
    private JsonNode page(String path) {
        HttpRequest question = request(path).GET().build();
        return await().atMost(TIMEOUT)
                .pollInterval(PAUSE)
                .until(
                        () -> send(question),
                        page -> !page.get("resultType").asText().equals("NOT_READY"));
    }

    @Override
    public void close() throws Exception {
        endpoint.stop();
        sessions.stop();
    }

    private JsonNode post(String path, Map<String, String> body)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://localhost:%d%s"
                                        .formatted(endpoint.getServerAddress().getPort(), path)))
                .header("Content-Type", "application/json");
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response.body());
        }
        return JSON.readTree(response.body());
    }
}
