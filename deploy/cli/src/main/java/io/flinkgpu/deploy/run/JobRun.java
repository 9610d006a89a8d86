package io.flinkgpu.deploy.run;

import io.flinkgpu.deploy.rest.CheckpointStatistics;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.ExecutionState;

/**
 * One submission of a job to a Flink, followed over its REST API.
 *
 * <p>Safe for many threads. Unless stated, methods throw {@link FlinkRestException} when Flink does
 * not answer. A run that nobody cancels goes on until its last row.
 */
@Internal
public final class JobRun {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final FlinkRestClient client;
    private final JobClient job;

    JobRun(FlinkRestClient client, JobClient job) {
        this.client = client;
        this.job = job;
    }

    /** The job's id. */
    public JobID id() {
        return job.getJobID();
    }

    /** The Flink that it runs on. */
    public FlinkRestClient flink() {
        return client;
    }

    /** The state of the job; RUNNING does not say that its tasks run. */
    public JobStatus status() {
        return client.status(id());
    }

    /** Whether every task runs, or has run to its end; false while the job initialises. */
    public boolean isRunning() {
        try {
            return status() == JobStatus.RUNNING && subtasks(vertices()).allMatch(JobRun::isUp);
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
        return subtasks(vertices()).mapToInt(SubtaskInfo::attempt).max().orElse(0);
    }

    /** The job's vertices, for their metrics and places. */
    public List<VertexInfo> vertices() {
        return client.vertices(id());
    }

    /** Counts and durations of the job's checkpoints; some seconds old, as Flink answers. */
    public CheckpointStatistics checkpoints() {
        return client.checkpoints(id());
    }

    /** Checkpoints completed so far; some seconds old, as Flink answers. */
    public long completedCheckpoints() {
        return checkpoints().counts().completed();
    }

    /**
     * From the job's start to its end, or to this moment.
     *
     * @throws IllegalStateException if Flink has forgotten the job
     */
    public Duration duration() {
        return client.jobs().stream()
                .filter(summary -> summary.id().equals(id()))
                .map(JobSummary::duration)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Cannot report job %s: Flink has forgotten it."
                                                .formatted(id())));
    }

    /** The stack trace of the failure that ended or restarted the job last; empty if none did. */
    public Optional<String> lastFailure() {
        return client.lastFailure(id());
    }

    /**
     * The job's end with its accumulators; fails where the job fails or is cancelled, see {@link
     * JobFailure}. Throws nothing.
     */
    public CompletableFuture<JobExecutionResult> result() {
        return job.getJobExecutionResult();
    }

    /**
     * Waits for the job's end, through times in which Flink does not answer.
     *
     * @return the state in which it ended; empty if it has not in time
     */
    public Optional<JobStatus> awaitEnd(Duration timeout) throws InterruptedException {
        JobStatus[] last = new JobStatus[1];
        boolean ended =
                Poll.until(
                        timeout,
                        POLL_INTERVAL,
                        () -> {
                            last[0] = statusIfAnswered().orElse(null);
                            return last[0] != null && last[0].isGloballyTerminalState();
                        });
        return ended ? Optional.of(last[0]) : Optional.empty();
    }

    /** Asks Flink to cancel the job; returns when Flink has taken the request. */
    public void requestCancel() {
        client.cancel(id());
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
        requestCancel();
        if (awaitEnd(timeout).isEmpty()) {
            throw new IllegalStateException(
                    "Cannot cancel job %s: it has not ended within %s.".formatted(id(), timeout));
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

    private static Stream<SubtaskInfo> subtasks(List<VertexInfo> vertices) {
        return vertices.stream().flatMap(vertex -> vertex.subtasks().stream());
    }

    private static boolean isUp(SubtaskInfo subtask) {
        return subtask.state() == ExecutionState.RUNNING
                || subtask.state() == ExecutionState.FINISHED;
    }
}
