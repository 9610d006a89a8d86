package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.ParallelismRange;
import io.flinkgpu.deploy.run.Poll;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of one job manager: starts, finds, scales and stops them.
 *
 * <p>Every call blocks for seconds at most and asks Flink anew; nothing is remembered. One thread
 * at a time. Every method throws {@link FlinkRestException} when Flink does not answer.
 */
@Internal
public final class Pools implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

    /**
     * A job goes on with what is left of its task managers, be it fewer than the pool's minimum.
     */
    private static final int FEWEST_TO_RUN = 1;

    /** How long to wait for what Flink is about to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final FlinkRestClient client;
    private final PoolMembers members;
    private final Duration patience;

    /**
     * Does not connect yet.
     *
     * @param rest the root of the REST API, such as {@code http://localhost:8082}
     */
    public Pools(URI rest) {
        this(new FlinkRestClient(rest), new RegistryMembers(rest), PATIENCE);
    }

    Pools(FlinkRestClient client, PoolMembers members, Duration patience) {
        this.client = client;
        this.members = members;
        this.patience = patience;
    }

    /** By which address pipelines name a pool of this job manager. */
    public PoolAddress address(String name) {
        return new PoolAddress("flink", client.address().getAuthority(), name, 1);
    }

    /**
     * Submits a pool's job; returns when Flink has taken it, before a replica is ready. Waits for a
     * former pool of the name that is about to end.
     *
     * @param options of the job, such as {@code pool.server.linger}
     * @throws PoolException if the name is in use, the cluster has not the adaptive scheduler, or
     *     Flink does not take the job
     */
    public JobID start(PoolSpec spec, Map<String, String> options) throws InterruptedException {
        return new PoolSubmission(client, patience).submit(spec, options);
    }

    /** The names of the pools that run, in order. */
    public List<String> names() {
        String prefix = PoolJob.nameOf("");
        return client.jobs().stream()
                .filter(job -> !job.status().isGloballyTerminalState())
                .map(JobSummary::name)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * A pool as it is. The registry does not answer while the job starts: then the status says so
     * and has no replicas.
     *
     * @throws PoolException if there is no such pool
     */
    public PoolStatus status(String name) throws InterruptedException {
        JobSummary job = require(name);
        PoolSize size = size(job.id());
        try {
            Membership membership = members.of(name);
            return new PoolStatus(
                    address(name),
                    job.id(),
                    job.status(),
                    size,
                    restarts(job.id()),
                    membership.complete(),
                    membership.replicas(),
                    Optional.empty());
        } catch (IOException e) {
            return silent(name, job, size, e.getMessage());
        }
    }

    private PoolStatus silent(String name, JobSummary job, PoolSize size, String problem) {
        return new PoolStatus(
                address(name),
                job.id(),
                job.status(),
                size,
                OptionalLong.empty(),
                false,
                List.of(),
                Optional.of(problem));
    }

    /**
     * Asks for another number of replicas; returns before they are there.
     *
     * @throws PoolException if there is no such pool, or its limits are not known because it waits
     *     for task managers
     * @throws IllegalArgumentException if the number is outside of the pool's limits
     */
    public void scale(String name, int replicas) throws InterruptedException {
        JobID job = require(name).id();
        PoolSize wanted = sizeWithLimits(name, job).scaledTo(name, replicas);
        client.rescale(job, FEWEST_TO_RUN, wanted.replicas());
    }

    /**
     * Cancels a pool's job; returns before it has ended. Its servers drain.
     *
     * @throws PoolException if there is no such pool
     */
    public void stop(String name) {
        client.cancel(require(name).id());
    }

    /**
     * Blocks until a pool has just as many ready replicas as it should have.
     *
     * @param job that it was started as
     * @param out is told of each change
     * @throws PoolException if the pool's job ends or the time is up
     */
    public void awaitReady(String name, JobID job, PrintWriter out, Duration timeout)
            throws InterruptedException {
        new ReadyWait(this, out, timeout).await(name, job);
    }

    /** Whether a pool of this name runs. */
    public boolean exists(String name) {
        return client.activeJob(PoolJob.nameOf(name)).isPresent();
    }

    /** The stack trace of the failure that ended or restarted a pool's job last. */
    public Optional<String> lastFailure(JobID job) {
        return client.lastFailure(job);
    }

    @Override
    public void close() {
        members.close();
    }

    private JobSummary require(String name) {
        return client.activeJob(PoolJob.nameOf(name))
                .orElseThrow(
                        () ->
                                new PoolException(
                                        "Cannot find pool '%s' at %s. %s"
                                                .formatted(name, client.address(), known())));
    }

    private String known() {
        List<String> names = names();
        return names.isEmpty()
                ? "No pool runs there."
                : "Pools there: " + String.join(", ", names) + ".";
    }

    /** A restart of the job hides the limits for a moment. */
    private PoolSize sizeWithLimits(String name, JobID job) throws InterruptedException {
        if (!Poll.until(patience, POLL_INTERVAL, () -> size(job).hasLimits())) {
            throw new PoolException(
                    "Cannot scale pool '%s': it waits for task managers, and its limits are not known until one is there."
                            .formatted(name));
        }
        return size(job);
    }

    private PoolSize size(JobID job) {
        try {
            Map<String, String> parameters = client.globalParameters(job);
            int replicas =
                    client.resourceRequirements(job).values().stream()
                            .mapToInt(ParallelismRange::upper)
                            .max()
                            .orElse(0);
            return new PoolSize(
                    replicas,
                    number(parameters, PoolJob.MIN_REPLICAS),
                    number(parameters, PoolJob.MAX_REPLICAS));
        } catch (FlinkRestException e) {
            if (e.isUnreachable()) {
                throw e;
            }
            LOG.debug("Flink prepares job {}.", job, e);
            return new PoolSize(0, 0, 0);
        }
    }

    private OptionalLong restarts(JobID job) {
        try {
            return client.restarts(job);
        } catch (FlinkRestException e) {
            if (e.isUnreachable()) {
                throw e;
            }
            return OptionalLong.empty();
        }
    }

    private static int number(Map<String, String> parameters, String key) {
        return Integer.parseInt(parameters.getOrDefault(key, "0"));
    }
}
