package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * Reads the state of a Flink cluster over its REST API.
 *
 * <p>Safe for many threads; every call blocks for at most {@value #TIMEOUT_SECONDS} seconds. Every
 * method throws {@link FlinkRestException} when Flink cannot be reached, refuses the request or
 * answers something else than expected.
 */
public final class FlinkRestClient {

    private static final int TIMEOUT_SECONDS = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(TIMEOUT_SECONDS);

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final String baseUrl;

    /**
     * Does not connect yet.
     *
     * @param address the root of the REST API, such as {@code http://localhost:8081}
     * @throws IllegalArgumentException if it is no http or https address
     */
    public FlinkRestClient(URI address) {
        if (!List.of("http", "https").contains(String.valueOf(address.getScheme()))) {
            throw new IllegalArgumentException(
                    "Invalid Flink REST address: "
                            + address
                            + ". It must look like http://localhost:8081.");
        }
        this.baseUrl = address.toString().replaceAll("/+$", "");
    }

    /** Counts of task managers, slots and jobs. */
    public ClusterOverview overview() {
        return get("/overview", ClusterOverview.class);
    }

    /** The registered task managers with their total and free resources, by id. */
    public List<TaskManagerInfo> taskManagers() {
        return get("/taskmanagers", TaskManagers.class).list().stream()
                .sorted(Comparator.comparing(TaskManagerInfo::id))
                .toList();
    }

    /** All jobs that the cluster remembers, ended ones included. */
    public List<JobSummary> jobs() {
        return get("/jobs/overview", Jobs.class).list();
    }

    /** The state of a job. */
    public JobStatus status(JobID job) {
        return get("/jobs/" + job + "/status", Status.class).status();
    }

    /** The vertices of a job in topological order, with the place and progress of each subtask. */
    public List<VertexInfo> vertices(JobID job) {
        List<VertexInfo> vertices = new ArrayList<>();
        for (VertexId vertex : get("/jobs/" + job, JobDetails.class).vertices()) {
            Subtasks details = get(vertexPath(job, vertex.id()), Subtasks.class);
            vertices.add(new VertexInfo(vertex.id(), vertex.name(), details.list()));
        }
        return vertices;
    }

    /**
     * Counts and durations of a job's checkpoints. Flink refreshes them every few seconds at most
     * ({@code web.refresh-interval}).
     */
    public CheckpointStatistics checkpoints(JobID job) {
        return get("/jobs/" + job + "/checkpoints", CheckpointStatistics.class);
    }

    /**
     * The names of the metrics that a vertex's subtasks report at the moment: task metrics such as
     * {@code numRecordsIn}, and operator metrics as {@code <operator>.<metric>}.
     */
    public List<String> metricNames(JobID job, String vertexId) {
        List<String> names = new ArrayList<>();
        read(metricsPath(job, vertexId)).forEach(metric -> names.add(metric.path("id").asText()));
        return names;
    }

    /**
     * A metric summed over a vertex's subtasks.
     *
     * @return empty while no subtask has reported the metric, or when it is no number
     */
    public OptionalDouble metricSum(JobID job, String vertexId, String metric) {
        String query = "?agg=sum&get=" + URLEncoder.encode(metric, StandardCharsets.UTF_8);
        for (JsonNode value : read(metricsPath(job, vertexId) + query)) {
            if (value.path("id").asText().equals(metric) && value.path("sum").isNumber()) {
                return OptionalDouble.of(value.path("sum").asDouble());
            }
        }
        return OptionalDouble.empty();
    }

    /** The stack trace of the failure that ended or restarted a job last; empty if none did. */
    public Optional<String> lastFailure(JobID job) {
        JsonNode newest =
                read("/jobs/" + job + "/exceptions").path("exceptionHistory").path("entries");
        return Optional.ofNullable(newest.path(0).path("stacktrace").textValue());
    }

    /** Asks Flink to cancel a job; returns before the job has ended. */
    public void cancel(JobID job) {
        send(
                request("/jobs/" + job + "?mode=cancel")
                        .method("PATCH", HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    private static String vertexPath(JobID job, String vertexId) {
        return "/jobs/" + job + "/vertices/" + vertexId;
    }

    private static String metricsPath(JobID job, String vertexId) {
        return vertexPath(job, vertexId) + "/subtasks/metrics";
    }

    private <T> T get(String path, Class<T> type) {
        HttpRequest request = request(path).build();
        return parse(request.uri(), send(request), type);
    }

    private JsonNode read(String path) {
        return get(path, JsonNode.class);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest request) {
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw FlinkRestException.unreachable(
                    "Cannot reach Flink at " + baseUrl + ": " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlinkRestException.unreachable(
                    "Cannot reach Flink at " + baseUrl + ": interrupted", e);
        }
        if (response.statusCode() >= 300) {
            throw FlinkRestException.refused(
                    response.statusCode(),
                    "Cannot call %s %s: HTTP %d %s"
                            .formatted(
                                    request.method(),
                                    request.uri(),
                                    response.statusCode(),
                                    firstError(response.body())));
        }
        return response;
    }

    private static <T> T parse(URI uri, HttpResponse<String> response, Class<T> type) {
        try {
            return JSON.readValue(response.body(), type);
        } catch (JsonProcessingException e) {
            throw FlinkRestException.unreadable(
                    response.statusCode(),
                    "Cannot read Flink's answer of " + uri + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    /** The JDK's client leaves the message of a refused connection empty. */
    private static String reason(IOException failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }

    /**
     * Flink puts whole stack traces into its list of errors: the first line of the last one says
     * why.
     */
    private static String firstError(String body) {
        try {
            JsonNode errors = JSON.readTree(body).path("errors");
            return firstLine(errors.path(errors.size() - 1).asText());
        } catch (JsonProcessingException e) {
            return firstLine(body);
        }
    }

    private static String firstLine(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("<Exception on server side"))
                .findFirst()
                .orElse("");
    }

    private record TaskManagers(@JsonProperty("taskmanagers") List<TaskManagerInfo> list) {}

    private record Jobs(@JsonProperty("jobs") List<JobSummary> list) {}

    private record Status(@JsonProperty("status") JobStatus status) {}

    private record JobDetails(@JsonProperty("vertices") List<VertexId> vertices) {}

    private record VertexId(@JsonProperty("id") String id, @JsonProperty("name") String name) {}

    private record Subtasks(@JsonProperty("subtasks") List<SubtaskInfo> list) {}
}
