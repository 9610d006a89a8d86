package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.deploy.run.Poll;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The submission of a pool's job to a job manager that can run it and has none of its name. */
final class PoolSubmission {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** States that lead to the job's end by themselves. */
    private static final Set<JobStatus> ENDING = Set.of(JobStatus.CANCELLING, JobStatus.FAILING);

    private final FlinkRestClient client;
    private final Duration patience;

    /**
     * A submission to one job manager.
     *
     * @param patience how long a former pool of the name may take to end
     */
    PoolSubmission(FlinkRestClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
    }

    /**
     * Submits the job; returns when Flink has taken it.
     *
     * @param options of the job
     * @throws PoolException if the name is in use, the cluster has not the adaptive scheduler, or
     *     Flink does not take the job
     */
    JobID submit(PoolSpec spec, Map<String, String> options) throws InterruptedException {
        requireElastic(spec.name());
        requireFree(spec.name());
        JobSubmitter submitter = new JobSubmitter(client.address());
        submitter.configuration().addAll(Configuration.fromMap(options));
        StreamExecutionEnvironment environment = submitter.environment();
        PoolJob.define(environment, spec);
        try {
            return submitter.submit(environment.getStreamGraph()).id();
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception e) {
            throw new PoolException(
                    "Cannot start pool '%s': %s".formatted(spec.name(), rootMessage(e)), e);
        }
    }

    /** Under another scheduler a pool would neither scale nor outlive one of its task managers. */
    private void requireElastic(String name) {
        JobManagerOptions.SchedulerType scheduler =
                ClusterOptions.getSchedulerType(Configuration.fromMap(client.jobManagerOptions()));
        if (scheduler != JobManagerOptions.SchedulerType.Adaptive) {
            throw new PoolException(
                    "Cannot start pool '%s' at %s: its job manager has %s '%s', and a pool needs '%s'. Start a cluster for pools by './flink-gpu cluster up --kind pool', or set the options of docs/pool.md in this one's configuration and restart it."
                            .formatted(
                                    name,
                                    client.address(),
                                    JobManagerOptions.SCHEDULER.key(),
                                    scheduler,
                                    JobManagerOptions.SchedulerType.Adaptive));
        }
    }

    private void requireFree(String name) throws InterruptedException {
        if (!Poll.until(patience, POLL_INTERVAL, () -> former(name).isEmpty())) {
            throw new PoolException(
                    "Cannot start pool '%s': a former one of this name at %s has not ended within %d s."
                            .formatted(name, client.address(), patience.toSeconds()));
        }
    }

    /** A pool of the name that is about to end. */
    private Optional<JobSummary> former(String name) {
        Optional<JobSummary> job = client.activeJob(PoolJob.nameOf(name));
        job.filter(found -> !ENDING.contains(found.status()))
                .ifPresent(
                        running -> {
                            throw new PoolException(
                                    "Cannot start pool '%s': one of this name runs at %s. Choose another name, or run 'pool stop --name %s' first."
                                            .formatted(name, client.address(), name));
                        });
        return job;
    }

    /** Flink wraps the reason several times. */
    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
