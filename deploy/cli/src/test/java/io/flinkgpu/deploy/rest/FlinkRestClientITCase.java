package io.flinkgpu.deploy.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against Flink's own REST endpoint: fails when Flink renames what the client reads. */
class FlinkRestClientITCase {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path checkpoints;
    private MiniCluster cluster;
    private FlinkRestClient client;

    @BeforeEach
    void startCluster() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(WebOptions.REFRESH_INTERVAL, Duration.ofMillis(100));
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(2)
                                .build());
        cluster.start();
        client = new FlinkRestClient(cluster.getRestAddress().get());
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    @Test
    void followsOneJobFromStartToCancellation() {
        // Right after its start a cluster elects its leaders.
        await().atMost(TIMEOUT)
                .ignoreExceptionsInstanceOf(FlinkRestException.class)
                .until(() -> client.overview().taskManagers() == 1);
        assertThat(client.overview().slotsTotal()).isEqualTo(2);
        assertThat(client.taskManagers()).singleElement().matches(tm -> tm.total().gpus() == 0);
        assertThat(client.jobs()).isEmpty();

        JobID job = submit();

        await().atMost(TIMEOUT).until(() -> client.status(job) == JobStatus.RUNNING);
        await().atMost(TIMEOUT).until(() -> client.checkpoints(job).counts().completed() >= 2);
        assertThat(client.checkpoints(job).completedMillis())
                .isNotEmpty()
                .allMatch(millis -> millis >= 0);
        assertPlacementAndProgress(job);
        assertThat(client.lastFailure(job)).isEmpty();

        client.cancel(job);

        await().atMost(TIMEOUT).until(() -> client.status(job) == JobStatus.CANCELED);
        assertThat(client.jobs())
                .singleElement()
                .matches(summary -> summary.id().equals(job) && summary.name().equals("numbers"));
    }

    private void assertPlacementAndProgress(JobID job) {
        String taskManager = client.taskManagers().get(0).id();
        assertThat(client.vertices(job))
                .hasSize(2)
                .allSatisfy(
                        vertex -> assertThat(vertex.taskManagers()).containsExactly(taskManager));
        VertexInfo sink = client.vertices(job).get(1);
        assertThat(sink.subtasks()).extracting(SubtaskInfo::index).containsExactly(0, 1);
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(client.vertices(job).get(1).recordsRead()).isPositive());
        assertThat(client.metricNames(job, sink.id())).contains("numRecordsIn");
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () ->
                                assertThat(
                                                client.metricSum(job, sink.id(), "numRecordsIn")
                                                        .orElse(0))
                                        .isPositive());
        assertThat(client.metricSum(job, sink.id(), "noSuchMetric")).isEmpty();
    }

    private JobID submit() {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        StreamExecutionEnvironment job =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        job.setParallelism(2);
        job.fromSequence(0, Long.MAX_VALUE - 1).rebalance().sinkTo(new DiscardingSink<>());
        StreamGraph graph = job.getStreamGraph();
        graph.setJobName("numbers");
        return cluster.submitJob(graph.getJobGraph()).join().getJobID();
    }
}
