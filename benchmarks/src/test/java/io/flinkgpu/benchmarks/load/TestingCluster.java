package io.flinkgpu.benchmarks.load;

import static org.awaitility.Awaitility.await;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.JobSummary;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A cluster of processes, and what tests do to it. */
record TestingCluster(LocalCluster cluster) {

    private static final String JOB_MANAGER = "jobmanager";
    private static final Duration LONG = Duration.ofMinutes(1);

    /** The root of its REST API. */
    URI rest() {
        return cluster.address().orElseThrow().rest();
    }

    /** The process of a task manager, or of the job manager. */
    long pid(String name) {
        return cluster.processes().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** The task manager of a device: the id of a simulated one holds the id of its process. */
    String nodeOf(String device) {
        return cluster.processes().stream()
                .filter(process -> device.contains("-" + process.pid() + "-"))
                .findFirst()
                .orElseThrow()
                .name();
    }

    /** Whether Flink places nothing new on it. */
    boolean isBlocked(String taskManager) {
        return new FlinkRestClient(rest()).blockedTaskManagers().contains(taskManager);
    }

    /** With SIGKILL. */
    void kill(String name) {
        cluster.kill(name);
    }

    /** Starts again what was killed. */
    void repair() {
        cluster.startMissing();
    }

    /** Ends its jobs, and replaces what has died or is blocked. */
    void renew() {
        if (cluster.address().isPresent()) {
            endJobs();
            Set<String> blocked = new FlinkRestClient(rest()).blockedTaskManagers();
            if (!blocked.isEmpty()) {
                blocked.forEach(this::kill);
                // Blocks are its, and end with it.
                kill(JOB_MANAGER);
            }
        }
        repair();
    }

    /** Cancels what runs, and waits for its end. */
    void endJobs() {
        FlinkRestClient client = new FlinkRestClient(rest());
        running(client).forEach(job -> client.cancel(job.id()));
        await().atMost(LONG).until(() -> running(client).isEmpty());
    }

    private static List<JobSummary> running(FlinkRestClient client) {
        return client.jobs().stream()
                .filter(job -> !job.status().isGloballyTerminalState())
                .toList();
    }
}
