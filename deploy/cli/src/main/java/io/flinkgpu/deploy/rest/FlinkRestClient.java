package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/**
 * Reads the state of a Flink cluster over its REST API, and changes that of its jobs.
 *
 * <p>Safe for many threads; every call blocks for at most ten seconds. Every method throws {@link
 * FlinkRestException} when Flink cannot be reached, refuses the request or answers something else
 * than expected.
 */
@Internal
public final class FlinkRestClient {

    private static final String RESTARTS = "numRestarts";

    private final URI address;
    private final RestConnection connection;

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
        this.address = address;
        this.connection = new RestConnection(address.toString().replaceAll("/+$", ""));
    }

    /** The root of the REST API, as given. */
    public URI address() {
        return address;
    }

    /** The options that the job manager was started with, defaults left out. */
    public Map<String, String> jobManagerOptions() {
        Map<String, String> options = new TreeMap<>();
        for (JsonNode option : connection.read("/jobmanager/config")) {
            options.put(option.path("key").asText(), option.path("value").asText());
        }
        return options;
    }

    /** Counts of task managers, slots and jobs. */
    public ClusterOverview overview() {
        return connection.get("/overview", ClusterOverview.class);
    }

    /** The registered task managers with their total and free resources, by id. */
    public List<TaskManagerInfo> taskManagers() {
        return connection.get("/taskmanagers", TaskManagers.class).list().stream()
                .sorted(Comparator.comparing(TaskManagerInfo::id))
                .toList();
    }

    /** The ids of the task managers whose nodes are on Flink's blocklist. */
    public Set<String> blockedTaskManagers() {
        return connection.get("/taskmanagers", TaskManagerNodes.class).list().stream()
                // Flink leaves the field out where it is false.
                .filter(manager -> manager.path("blocked").asBoolean(false))
                .map(manager -> manager.path("id").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All jobs that the cluster remembers, ended ones included. */
    public List<JobSummary> jobs() {
        return connection.get("/jobs/overview", Jobs.class).list();
    }

    /**
     * The job of this name that has not ended; empty if there is none. Flink allows several: then
     * the one that started last.
     */
    public Optional<JobSummary> activeJob(String name) {
        return jobs().stream()
                .filter(job -> job.name().equals(name) && !job.status().isGloballyTerminalState())
                .min(Comparator.comparing(JobSummary::duration));
    }

    /** The state of a job. */
    public JobStatus status(JobID job) {
        return connection.get("/jobs/" + job + "/status", Status.class).status();
    }

    /** The vertices of a job in topological order, with the place and progress of each subtask. */
    public List<VertexInfo> vertices(JobID job) {
        List<VertexInfo> vertices = new ArrayList<>();
        for (VertexId vertex : connection.get("/jobs/" + job, JobDetails.class).vertices()) {
            Subtasks details = connection.get(vertexPath(job, vertex.id()), Subtasks.class);
            vertices.add(new VertexInfo(vertex.id(), vertex.name(), details.list()));
        }
        return vertices;
    }

    /**
     * Counts and durations of a job's checkpoints. Flink refreshes them every few seconds at most
     * ({@code web.refresh-interval}).
     */
    public CheckpointStatistics checkpoints(JobID job) {
        return connection.get("/jobs/" + job + "/checkpoints", CheckpointStatistics.class);
    }

    /**
     * The names of the metrics that a vertex's subtasks report at the moment: task metrics such as
     * {@code numRecordsIn}, and operator metrics as {@code <operator>.<metric>}.
     */
    public List<String> metricNames(JobID job, String vertexId) {
        List<String> names = new ArrayList<>();
        connection
                .read(metricsPath(job, vertexId))
                .forEach(metric -> names.add(metric.path("id").asText()));
        return names;
    }

    /**
     * A metric summed over a vertex's subtasks.
     *
     * @return empty while no subtask has reported the metric, or when it is not a number
     */
    public OptionalDouble metricSum(JobID job, String vertexId, String metric) {
        String query = "?agg=sum&get=" + URLEncoder.encode(metric, StandardCharsets.UTF_8);
        for (JsonNode value : connection.read(metricsPath(job, vertexId) + query)) {
            if (value.path("id").asText().equals(metric) && value.path("sum").isNumber()) {
                return OptionalDouble.of(value.path("sum").asDouble());
            }
        }
        return OptionalDouble.empty();
    }

    /**
     * How often a job was restarted after failures; a change of its parallelism counts, too. Flink
     * refreshes it every few seconds at most ({@code metrics.fetcher.update-interval}).
     *
     * @return empty before the job has reported it
     */
    public OptionalLong restarts(JobID job) {
        for (JsonNode metric : connection.read("/jobs/" + job + "/metrics?get=" + RESTARTS)) {
            if (metric.path("id").asText().equals(RESTARTS)) {
                return OptionalLong.of(metric.path("value").asLong());
            }
        }
        return OptionalLong.empty();
    }

    /** The accumulators of a job, as texts by their names. */
    public Map<String, String> accumulators(JobID job) {
        Map<String, String> byName = new TreeMap<>();
        connection
                .read("/jobs/" + job + "/accumulators")
                .path("user-task-accumulators")
                .forEach(
                        each ->
                                byName.put(
                                        each.path("name").asText(), each.path("value").asText()));
        return byName;
    }

    /** The global parameters that a job carries ({@code pipeline.global-job-parameters}). */
    public Map<String, String> globalParameters(JobID job) {
        JsonNode parameters =
                connection
                        .read("/jobs/" + job + "/config")
                        .path("execution-config")
                        .path("user-config");
        Map<String, String> byName = new TreeMap<>();
        parameters
                .fields()
                .forEachRemaining(field -> byName.put(field.getKey(), field.getValue().asText()));
        return byName;
    }

    /** How many subtasks each vertex of a job may have, by vertex id; adaptive scheduler only. */
    public Map<String, ParallelismRange> resourceRequirements(JobID job) {
        Map<String, ParallelismRange> byVertex = new TreeMap<>();
        connection
                .get(requirementsPath(job), Requirements.class)
                .forEach((vertex, wanted) -> byVertex.put(vertex, wanted.parallelism()));
        return byVertex;
    }

    /**
     * Asks Flink to run every vertex of a job with another number of subtasks; returns before it
     * does. Adaptive scheduler only.
     *
     * @param lower at fewer than these the job waits, at least 1
     * @param upper more than these it does not use, even where there are slots
     * @throws IllegalArgumentException unless {@code 1 <= lower <= upper}
     */
    public void rescale(JobID job, int lower, int upper) {
        ParallelismRange range = new ParallelismRange(lower, upper);
        Map<String, Requirement> wanted = new TreeMap<>();
        resourceRequirements(job)
                .keySet()
                .forEach(vertex -> wanted.put(vertex, new Requirement(range)));
        connection.put(requirementsPath(job), wanted);
    }

    /** The stack trace of the failure that ended or restarted a job last; empty if none did. */
    public Optional<String> lastFailure(JobID job) {
        JsonNode newest =
                connection
                        .read("/jobs/" + job + "/exceptions")
                        .path("exceptionHistory")
                        .path("entries");
        return Optional.ofNullable(newest.path(0).path("stacktrace").textValue());
    }

    /** Asks Flink to cancel a job; returns before the job has ended. */
    public void cancel(JobID job) {
        connection.send("PATCH", "/jobs/" + job + "?mode=cancel");
    }

    private static String requirementsPath(JobID job) {
        return "/jobs/" + job + "/resource-requirements";
    }

    private static String vertexPath(JobID job, String vertexId) {
        return "/jobs/" + job + "/vertices/" + vertexId;
    }

    private static String metricsPath(JobID job, String vertexId) {
        return vertexPath(job, vertexId) + "/subtasks/metrics";
    }

    private record TaskManagerNodes(@JsonProperty("taskmanagers") List<JsonNode> list) {}

    private record TaskManagers(@JsonProperty("taskmanagers") List<TaskManagerInfo> list) {}

    private record Jobs(@JsonProperty("jobs") List<JobSummary> list) {}

    private record Status(@JsonProperty("status") JobStatus status) {}

    private record JobDetails(@JsonProperty("vertices") List<VertexId> vertices) {}

    private record VertexId(@JsonProperty("id") String id, @JsonProperty("name") String name) {}

    private record Subtasks(@JsonProperty("subtasks") List<SubtaskInfo> list) {}

    private record Requirement(@JsonProperty("parallelism") ParallelismRange parallelism) {}

    /** By vertex id. */
    private static final class Requirements extends TreeMap<String, Requirement> {
        private static final long serialVersionUID = 1L;
    }
}
