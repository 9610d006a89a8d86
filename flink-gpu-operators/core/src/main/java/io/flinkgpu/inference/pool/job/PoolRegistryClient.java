package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.health.CoordinatorClient;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;

/**
 * Asks the registry of a pool for its members, over the REST API of the job manager that the pool's
 * job runs on.
 *
 * <p>One thread at a time; {@link #close()} by any.
 */
@Internal
public final class PoolRegistryClient implements AutoCloseable {

    private final URI rest;
    private final CoordinatorClient client;
    @Nullable private JobID knownJob;

    /**
     * A client of one job manager; does not connect yet.
     *
     * @param rest the root of the REST API, such as {@code http://jobmanager:8081}
     * @param options Flink's, for TLS
     * @throws IllegalArgumentException if TLS is configured in a way that cannot work
     */
    public PoolRegistryClient(URI rest, ReadableConfig options) {
        this.rest = rest;
        this.client = new CoordinatorClient(rest, options);
    }

    /**
     * The members as the registry knows them.
     *
     * @throws IOException if the job manager cannot be reached, or runs no such pool
     */
    public Membership members(String pool) throws IOException, InterruptedException {
        PoolAddress address = new PoolAddress("flink", rest.getAuthority(), pool, 1);
        return members(Membership.unknown(address), Duration.ZERO);
    }

    /**
     * The members once they differ from those of {@code known}, or after {@code patience}.
     *
     * @throws IOException if the job manager cannot be reached, or runs no such pool
     */
    public Membership members(Membership known, Duration patience)
            throws IOException, InterruptedException {
        JobID job = knownJob == null ? find(known.pool().name()) : knownJob;
        // INVARIANT: a job that cannot be asked is looked up again, for another may have its name.
        knownJob = null;
        MembersResponse answer =
                (MembersResponse)
                        client.ask(
                                job,
                                PoolJob.REGISTRY_UID,
                                new MembersRequest(known.version(), patience),
                                patience);
        knownJob = job;
        return new Membership(known.pool(), answer.version(), answer.complete(), answer.replicas());
    }

    @Override
    public void close() {
        client.close();
    }

    private JobID find(String pool) throws IOException, InterruptedException {
        String jobName = PoolJob.nameOf(pool);
        return client.jobs().stream()
                .filter(job -> job.getJobName().equals(jobName))
                .filter(job -> !job.getStatus().isGloballyTerminalState())
                .max(Comparator.comparingLong(JobDetails::getStartTime))
                .map(JobDetails::getJobId)
                .orElseThrow(
                        () ->
                                new IOException(
                                        "Cannot find pool '%s' at %s: no job '%s' runs there."
                                                .formatted(pool, rest, jobName)));
    }
}
