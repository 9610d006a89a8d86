package io.flinkgpu.deploy.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers and errors that a running Flink does not give at will. */
class FlinkRestClientTest {

    private static final JobID JOB = JobID.fromHexString("00000000000000000000000000000001");

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private int status = 200;
    private HttpServer server;
    private FlinkRestClient client;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().toString();
                    bodies.put(
                            exchange.getRequestMethod() + " " + path,
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    byte[] body = answers.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        client = new FlinkRestClient(address());
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void readsTaskManagersById() {
        answers.put(
                "/taskmanagers",
                """
                {"taskmanagers": [
                  {"id": "gpu-1", "path": "pekko://gpu-1", "slotsNumber": 1, "freeSlots": 0, "blocked": false,
                   "totalResource": {"cpuCores": 2.0, "taskHeapMemory": 256, "taskOffHeapMemory": 1024,
                     "managedMemory": 0, "networkMemory": 64, "extendedResources": {"gpu": 1.0}},
                   "freeResource": {"cpuCores": 1.5, "taskHeapMemory": 128, "taskOffHeapMemory": 512,
                     "managedMemory": 0, "networkMemory": 64, "extendedResources": {}}},
                  {"id": "cpu-1", "path": "pekko://cpu-1", "slotsNumber": 1, "freeSlots": 1,
                   "totalResource": {"cpuCores": 4.0, "taskHeapMemory": 768, "taskOffHeapMemory": 64,
                     "managedMemory": 128, "networkMemory": 64, "extendedResources": {}},
                   "freeResource": {"cpuCores": 4.0, "taskHeapMemory": 768, "taskOffHeapMemory": 64,
                     "managedMemory": 128, "networkMemory": 64, "extendedResources": {}}}]}
                """);

        assertThat(client.taskManagers())
                .extracting(TaskManagerInfo::id)
                .containsExactly("cpu-1", "gpu-1");
        TaskManagerInfo gpu = client.taskManagers().get(1);
        assertThat(gpu.total().gpus()).isEqualTo(1.0);
        assertThat(gpu.total().taskOffHeap().getMebiBytes()).isEqualTo(1024);
        assertThat(gpu.free().gpus()).isZero();
        assertThat(gpu.free().cpuCores()).isEqualTo(1.5);
    }

    @Test
    void completedDurationsLeaveOutSavepointsAndUnfinishedCheckpoints() {
        answers.put(
                "/jobs/" + JOB + "/checkpoints",
                """
                {"counts": {"restored": 0, "total": 4, "in_progress": 1, "completed": 3, "failed": 0},
                 "history": [
                  {"id": 4, "status": "IN_PROGRESS", "is_savepoint": false, "trigger_timestamp": 4, "end_to_end_duration": 9},
                  {"id": 3, "status": "COMPLETED", "is_savepoint": false, "trigger_timestamp": 3, "end_to_end_duration": 30},
                  {"id": 2, "status": "COMPLETED", "is_savepoint": true, "trigger_timestamp": 2, "end_to_end_duration": 500},
                  {"id": 1, "status": "COMPLETED", "is_savepoint": false, "trigger_timestamp": 1, "end_to_end_duration": 10}]}
                """);

        CheckpointStatistics checkpoints = client.checkpoints(JOB);

        assertThat(checkpoints.counts().completed()).isEqualTo(3);
        assertThat(checkpoints.completedMillis()).containsExactly(10L, 30L);
    }

    @Test
    void metricThatNobodyReportsIsEmpty() {
        String path = "/jobs/" + JOB + "/vertices/v/subtasks/metrics?agg=sum&get=";
        answers.put(path + "missing", "[]");
        answers.put(path + "an+operator.rows", "[{\"id\": \"an operator.rows\", \"sum\": 12.5}]");

        assertThat(client.metricSum(JOB, "v", "missing")).isEmpty();
        assertThat(client.metricSum(JOB, "v", "an operator.rows")).hasValue(12.5);
    }

    @Test
    void rescalesEveryVertex() {
        answers.put(
                "/jobs/" + JOB + "/resource-requirements",
                """
                {"a": {"parallelism": {"lowerBound": 1, "upperBound": 3}},
                 "b": {"parallelism": {"lowerBound": 1, "upperBound": 3}}}""");

        client.rescale(JOB, 1, 2);

        assertThat(client.resourceRequirements(JOB))
                .containsExactly(
                        Map.entry("a", new ParallelismRange(1, 3)),
                        Map.entry("b", new ParallelismRange(1, 3)));
        assertThat(bodies.get("PUT /jobs/" + JOB + "/resource-requirements"))
                .isEqualTo(
                        """
                        {"a":{"parallelism":{"lowerBound":1,"upperBound":2}},\
                        "b":{"parallelism":{"lowerBound":1,"upperBound":2}}}""");
    }

    @Test
    void refusesToRescaleBelowOneSubtask() {
        assertThatThrownBy(() -> client.rescale(JOB, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid parallelism: 0 to 2.");
        assertThatThrownBy(() -> client.rescale(JOB, 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid parallelism: 3 to 2.");
    }

    @Test
    void activeJobIsTheLastStartedOneThatHasNotEnded() {
        answers.put(
                "/jobs/overview",
                """
                {"jobs": [
                  {"jid": "00000000000000000000000000000001", "name": "a", "state": "RUNNING", "duration": 900},
                  {"jid": "00000000000000000000000000000002", "name": "a", "state": "RESTARTING", "duration": 50},
                  {"jid": "00000000000000000000000000000003", "name": "a", "state": "CANCELED", "duration": 10},
                  {"jid": "00000000000000000000000000000004", "name": "b", "state": "FAILED", "duration": 10}]}
                """);

        assertThat(client.activeJob("a"))
                .map(JobSummary::id)
                .contains(JobID.fromHexString("00000000000000000000000000000002"));
        assertThat(client.activeJob("b")).isEmpty();
    }

    @Test
    void readsRestartsAndGlobalParameters() {
        answers.put(
                "/jobs/" + JOB + "/metrics?get=numRestarts",
                "[{\"id\": \"numRestarts\", \"value\": \"4\"}]");
        answers.put(
                "/jobs/" + JOB + "/config",
                "{\"jid\": \"1\", \"execution-config\": {\"user-config\": {\"pool.name\": \"p\"}}}");

        assertThat(client.restarts(JOB)).hasValue(4);
        assertThat(client.globalParameters(JOB)).containsExactly(Map.entry("pool.name", "p"));
    }

    @Test
    void restartsAreUnknownBeforeTheJobReportsThem() {
        answers.put("/jobs/" + JOB + "/metrics?get=numRestarts", "[]");

        assertThat(client.restarts(JOB)).isEmpty();
    }

    @Test
    void refusedRequestCarriesStatusAndFirstLineOfFlinksReason() {
        status = 404;
        answers.put(
                "/jobs/" + JOB + "/status", "{\"errors\": [\"Job not found\\n\\tat somewhere\"]}");

        assertThatThrownBy(() -> client.status(JOB))
                .isInstanceOf(FlinkRestException.class)
                .hasMessage(
                        "Cannot call GET %s/jobs/%s/status: HTTP 404 Job not found"
                                .formatted(address(), JOB))
                .matches(e -> ((FlinkRestException) e).isNotFound());
    }

    @Test
    void failureInsideFlinkNamesItsException() {
        status = 500;
        answers.put(
                "/overview",
                "{\"errors\": [\"Internal server error.\", \"<Exception on server side:\\norg.Failure: still"
                        + " initializing.\\n\\tat somewhere\"]}");

        assertThatThrownBy(() -> client.overview())
                .hasMessageEndingWith("HTTP 500 org.Failure: still initializing.")
                .matches(e -> ((FlinkRestException) e).isServerError());
    }

    @Test
    void renamedFieldIsNamed() {
        answers.put("/overview", "{\"taskmanagers\": 1}");

        assertThatThrownBy(() -> client.overview())
                .isInstanceOf(FlinkRestException.class)
                .hasMessageStartingWith(
                        "Cannot read Flink's answer of " + address() + "/overview: ")
                .hasMessageContaining("slots-total");
    }

    @Test
    void answerThatIsNoJsonIsAnError() {
        answers.put("/overview", "<html>");

        assertThatThrownBy(() -> client.overview())
                .isInstanceOf(FlinkRestException.class)
                .hasMessageStartingWith("Cannot read Flink's answer of ");
    }

    @Test
    void unreachableFlinkIsToldApart() {
        server.stop(0);

        assertThatThrownBy(() -> client.overview())
                .isInstanceOf(FlinkRestException.class)
                .hasMessageStartingWith("Cannot reach Flink at " + address() + ": ")
                .matches(e -> ((FlinkRestException) e).isUnreachable())
                .matches(e -> ((FlinkRestException) e).isRefused());
    }

    @Test
    void refusesAddressWithoutScheme() {
        assertThatThrownBy(() -> new FlinkRestClient(URI.create("localhost:8081")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid Flink REST address: localhost:8081. It must look like http://localhost:8081.");
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
