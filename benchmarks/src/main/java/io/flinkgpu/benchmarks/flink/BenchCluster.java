package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.state.CheckpointDefaults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A cluster in this process that runs one benchmark job after the other.
 *
 * <p>Jobs take checkpoints as {@link CheckpointDefaults} says and fail at their first failure.
 * Stands on Flink 2.3's {@link MiniCluster} and {@code
 * AccessExecutionGraph#getCheckpointStatsSnapshot}.
 */
@Internal
public final class BenchCluster implements AutoCloseable {

    private static final int CHECKPOINTS_REMEMBERED = 10_000;

    private final MiniCluster cluster;
    private final Path checkpoints;

    private BenchCluster(MiniCluster cluster, Path checkpoints) {
        this.cluster = cluster;
        this.checkpoints = checkpoints;
    }

    /** A completed checkpoint: when it was triggered (epoch) and how long it took end to end. */
    public record CompletedCheckpoint(long triggeredAtMillis, long durationMillis) {}

    /** What a job that has ended leaves behind. */
    public record Finished(
            Map<String, Object> accumulators, List<CompletedCheckpoint> checkpoints) {}

    /**
     * Starts a cluster of one task manager.
     *
     * @param directory for checkpoints
     */
    public static BenchCluster start(int slots, Path directory) throws Exception {
        return start(slots, directory, new Configuration());
    }

    /**
     * Starts a cluster of one task manager with GPUs, as the scheduler counts them.
     *
     * @param gpus whole ones, above 0; Flink hands a task of such a cluster no device, so that the
     *     process's lease table must have them
     * @param directory for checkpoints
     */
    public static BenchCluster startWithGpus(int slots, int gpus, Path directory) throws Exception {
        Configuration settings = new Configuration();
        settings.set(
                ExternalResourceOptions.EXTERNAL_RESOURCE_LIST, List.of(StageProfile.GPU_RESOURCE));
        settings.setString(
                ExternalResourceOptions.getAmountConfigOptionForResource(StageProfile.GPU_RESOURCE),
                Integer.toString(gpus));
        return start(slots, directory, settings);
    }

    private static BenchCluster start(int slots, Path directory, Configuration settings)
            throws Exception {
        settings.set(RestOptions.BIND_PORT, "0")
                .set(WebOptions.CHECKPOINTS_HISTORY_SIZE, CHECKPOINTS_REMEMBERED);
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .withRandomPorts()
                                .build());
        cluster.start();
        return new BenchCluster(cluster, directory.resolve("checkpoints"));
    }

    /** An environment to define a job in; given settings go before the defaults. */
    public StreamExecutionEnvironment environment(Configuration settings, int parallelism) {
        Configuration all = new Configuration();
        all.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        all.set(PipelineOptions.GENERIC_TYPES, false);
        all.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        all.addAll(settings);
        StreamExecutionEnvironment environment =
                new StreamExecutionEnvironment(CheckpointDefaults.complete(all));
        environment.setParallelism(parallelism);
        return environment;
    }

    /** Runs a job to its end and gives its accumulators. */
    public Map<String, Object> execute(StreamExecutionEnvironment environment) throws Exception {
        return run(environment).accumulators();
    }

    /** Runs a job to its end. */
    public Finished run(StreamExecutionEnvironment environment) throws Exception {
        JobGraph graph = graph(environment);
        Map<String, Object> accumulators =
                cluster.executeJobBlocking(graph).getAllAccumulatorResults();
        return new Finished(accumulators, completedCheckpoints(graph.getJobID()));
    }

    /** Submits a job and returns at once. */
    public JobID submit(StreamExecutionEnvironment environment) throws Exception {
        JobGraph graph = graph(environment);
        cluster.submitJob(graph).get();
        return graph.getJobID();
    }

    /** The state of a job. */
    public JobStatus status(JobID job) throws Exception {
        return cluster.getJobStatus(job).get();
    }

    /** The completed checkpoints of a job, in no order. */
    public List<CompletedCheckpoint> completedCheckpoints(JobID job) throws Exception {
        return cluster
                .getExecutionGraph(job)
                .get()
                .getCheckpointStatsSnapshot()
                .getHistory()
                .getCheckpoints()
                .stream()
                .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.COMPLETED)
                .map(
                        checkpoint ->
                                new CompletedCheckpoint(
                                        checkpoint.getTriggerTimestamp(),
                                        checkpoint.getEndToEndDuration()))
                .toList();
    }

    /** Cancels a job and waits until it is gone. */
    public void cancel(JobID job) throws Exception {
        cluster.cancelJob(job).get();
        cluster.requestJobResult(job).get();
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }

    private static JobGraph graph(StreamExecutionEnvironment environment) {
        return environment.getStreamGraph().getJobGraph();
    }
}
