package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.ParallelismRange;
import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A pool's processes and a job that follows them, from the assembled distribution. */
class PoolClusterITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private LocalCluster cluster;
    private String formerHome;

    @BeforeEach
    void findDistribution() {
        Path home = Path.of(System.getProperty("flinkgpu.test.dist", "target/no-distribution"));
        assumeTrue(
                Files.exists(home.resolve(".built")),
                "SKIPPED: no distribution in " + home + ". Run 'mvn package' first.");
        formerHome = System.setProperty(Distribution.HOME_PROPERTY, home.toString());
        cluster = LocalCluster.at(directory.resolve("pool"));
    }

    @AfterEach
    void stop() {
        if (cluster == null) {
            return;
        }
        cluster.stop();
        if (formerHome == null) {
            System.clearProperty(Distribution.HOME_PROPERTY);
        } else {
            System.setProperty(Distribution.HOME_PROPERTY, formerHome);
        }
    }

    @Test
    void jobFollowsItsTaskManagersThroughDeathAndReplacement() throws Exception {
        assertThat(up()).startsWith("Starting a pool cluster in ").contains("gpu-2");
        assertThat(cluster.processes())
                .extracting(ProcessRecord::name)
                .containsExactly("jobmanager", "gpu-1", "gpu-2");
        FlinkRestClient client = new FlinkRestClient(cluster.address().orElseThrow().rest());
        JobID job = submit(client);
        awaitRunning(client, job, "gpu-1", "gpu-2");

        cluster.kill("gpu-1");

        awaitRunning(client, job, "gpu-2");
        // Flink asks for no metrics while the dead one owes its own; see web.timeout.
        await().atMost(TIMEOUT.multipliedBy(2)).until(() -> client.restarts(job).orElse(0) > 0);
        assertThat(up()).contains("runs without gpu-1.").contains("Started gpu-1 again.");
        awaitRunning(client, job, "gpu-1", "gpu-2");
        assertThat(up()).startsWith("The cluster runs already. Web UI: ");

        client.rescale(job, 1, 1);

        await().atMost(TIMEOUT).until(() -> placement(client, job).size() == 1);
        assertThat(client.resourceRequirements(job).values())
                .containsOnly(new ParallelismRange(1, 1));
        assertThat(client.status(job)).isEqualTo(JobStatus.RUNNING);
    }

    private String up() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(new ClusterCommand())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "up",
                                "--kind=pool",
                                "--task-managers=2",
                                "--simulated",
                                "--port=0",
                                "--dir=" + cluster.directory());
        assertThat(exitCode).as(err.toString()).isZero();
        return out.toString();
    }

    /** A job that may run with one or two subtasks, of Flink's own classes alone. */
    private static JobID submit(FlinkRestClient client) throws Exception {
        JobSubmitter submitter = new JobSubmitter(client.address());
        StreamExecutionEnvironment job = submitter.environment();
        job.setParallelism(2);
        job.fromSequence(0, Long.MAX_VALUE - 1).rebalance().sinkTo(new DiscardingSink<>());
        return submitter.submit(job.getStreamGraph()).id();
    }

    private static void awaitRunning(FlinkRestClient client, JobID job, String... taskManagers) {
        await().atMost(TIMEOUT)
                .ignoreExceptionsMatching(e -> client.status(job) != JobStatus.FAILED)
                .untilAsserted(
                        () ->
                                assertThat(placement(client, job))
                                        .containsExactlyInAnyOrder(taskManagers));
    }

    /** The task managers of the first vertex, once for each running subtask. */
    private static List<String> placement(FlinkRestClient client, JobID job) {
        VertexInfo vertex = client.vertices(job).get(0);
        return vertex.subtasks().stream()
                .filter(subtask -> subtask.state() == ExecutionState.RUNNING)
                .map(SubtaskInfo::taskManagerId)
                .toList();
    }
}
