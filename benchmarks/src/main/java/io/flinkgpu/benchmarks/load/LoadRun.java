package io.flinkgpu.benchmarks.load;

import io.flinkgpu.deploy.cluster.JobSubmitter;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * One load run on a Flink, seen over its REST API.
 *
 * <p>Safe for many threads. Unless stated, methods throw {@link FlinkRestException} when Flink does
 * not answer. A run that nobody cancels goes on until its last row.
 */
@Internal
public final class LoadRun {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final FlinkRestClient client;
    private final JobID job;
    private final LoadSpec spec;

    private LoadRun(FlinkRestClient client, JobID job, LoadSpec spec) {
        this.client = client;
        this.job = job;
        this.spec = spec;
    }

    /**
     * Submits the job, with the jar of this class if there is one, to a Flink that has the lower
     * floors in its {@code lib/}; returns when Flink has taken it.
     *
     * @param flink the root of its REST API, such as {@code http://localhost:8081}
     * @throws IllegalArgumentException if the output directory is not empty, or is a file
     */
    public static LoadRun submit(URI flink, LoadSpec spec) throws Exception {
        requireUnused(Path.of(spec.directory()));
        JobSubmitter submitter = new JobSubmitter(flink).withJarOf(LoadRun.class);
        StreamExecutionEnvironment environment = submitter.environment();
        LoadPipeline.define(environment, spec);
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(LoadPipeline.JOB);
        return new LoadRun(new FlinkRestClient(flink), submitter.submit(graph).getJobID(), spec);
    }

    /** The job's id. */
    public JobID job() {
        return job;
    }

    /** The settings of the run. */
    public LoadSpec spec() {
        return spec;
    }

    /** The state of the job; RUNNING does not say that its tasks run. */
    public JobStatus status() {
        return client.status(job);
    }

    /** Whether every task runs, or has run to its end; false while the job initialises. */
    public boolean isRunning() {
        try {
            return status() == JobStatus.RUNNING && subtasks().allMatch(LoadRun::isUp);
        } catch (FlinkRestException initialising) {
            if (initialising.isServerError()) {
                return false;
            }
            throw initialising;
        }
    }

    /**
     * How often the job was restarted: all its tasks are one region, and a restart begins a new
     * attempt of each that has not finished.
     */
    public int restarts() {
        return subtasks().mapToInt(SubtaskInfo::attempt).max().orElse(0);
    }

    /** The job's vertices, for their metrics and places. */
    public List<VertexInfo> vertices() {
        return client.vertices(job);
    }

    /** Checkpoints completed so far; some seconds old, as Flink answers. */
    public long completedCheckpoints() {
        return client.checkpoints(job).counts().completed();
    }

    /**
     * Waits for the job's last row, through times in which Flink does not answer.
     *
     * @return what the committed files hold
     * @throws IllegalStateException if the job fails or is cancelled, or has not ended in time; it
     *     then goes on
     */
    public LoadResult await(Duration timeout) throws InterruptedException, IOException {
        JobStatus end =
                awaitEnd(timeout)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "Cannot finish job %s: it has not ended within %s."
                                                        .formatted(job, timeout)));
        if (end != JobStatus.FINISHED) {
            throw new IllegalStateException(
                    "Cannot finish job %s: it is %s. %s"
                            .formatted(job, end, client.lastFailure(job).orElse("")));
        }
        return LoadResult.read(spec);
    }

    /**
     * Cancels the job and waits for its end; does nothing if it has ended. Rows after the last
     * checkpoint are not committed.
     *
     * @throws IllegalStateException if it has not ended in time
     */
    public void cancel(Duration timeout) throws InterruptedException {
        if (status().isGloballyTerminalState()) {
            return;
        }
        client.cancel(job);
        if (awaitEnd(timeout).isEmpty()) {
            throw new IllegalStateException(
                    "Cannot cancel job %s: it has not ended within %s.".formatted(job, timeout));
        }
    }

    /** The state in which the job ended; empty if it has not in time. */
    private Optional<JobStatus> awaitEnd(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<JobStatus> status = statusIfAnswered();
            if (status.isPresent() && status.get().isGloballyTerminalState()) {
                return status;
            }
            if (System.nanoTime() - deadline >= 0) {
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL.toMillis());
        }
    }

    private Optional<JobStatus> statusIfAnswered() {
        try {
            return Optional.of(status());
        } catch (FlinkRestException e) {
            if (e.isUnreachable() || e.isServerError()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Stream<SubtaskInfo> subtasks() {
        return vertices().stream().flatMap(vertex -> vertex.subtasks().stream());
    }

    private static boolean isUp(SubtaskInfo subtask) {
        return subtask.state() == ExecutionState.RUNNING
                || subtask.state() == ExecutionState.FINISHED;
    }

    private static void requireUnused(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "Invalid output directory: %s. It is a file; name an empty or new directory."
                            .formatted(directory));
        }
        try (Stream<Path> children = Files.list(directory)) {
            if (children.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "Invalid output directory: %s. It is not empty; name an empty or new directory."
                                .formatted(directory));
            }
        }
    }
}
