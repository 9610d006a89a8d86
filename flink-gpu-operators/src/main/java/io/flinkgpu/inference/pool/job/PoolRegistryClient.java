package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.rest.RestClient;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationHeaders;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationMessageParameters;
import org.apache.flink.runtime.rest.messages.job.coordination.ClientCoordinationRequestBody;
import org.apache.flink.util.ConfigurationException;
import org.apache.flink.util.SerializedValue;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/**
 * Asks the registry of a pool for its members, over the REST API of the job manager that the pool's
 * job runs on.
 *
 * <p>Touches {@link RestClient} and the coordination messages of Flink 2.3. TLS of the REST API
 * follows Flink's {@code security.ssl.rest.*} options. One thread at a time; {@link #close()} by
 * any.
 */
public final class PoolRegistryClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int DEFAULT_PORT = 8081;

    private final URI rest;
    private final ExecutorService executor;
    private final RestClient client;
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
        this.executor =
                Executors.newSingleThreadExecutor(
                        new ExecutorThreadFactory("pool-registry-client"));
        try {
            this.client = new RestClient(Configuration.fromMap(options.toMap()), executor);
        } catch (ConfigurationException invalid) {
            executor.shutdownNow();
            throw new IllegalArgumentException(
                    "Cannot prepare to ask " + rest + ": " + invalid.getMessage(), invalid);
        }
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
        MembersResponse answer = ask(job, new MembersRequest(known.version(), patience));
        knownJob = job;
        return new Membership(known.pool(), answer.version(), answer.complete(), answer.replicas());
    }

    @Override
    public void close() {
        CompletableFuture<?> unused = client.closeAsync();
        executor.shutdownNow();
    }

    private JobID find(String pool) throws IOException, InterruptedException {
        String jobName = PoolJob.nameOf(pool);
        return await(
                        send(
                                JobsOverviewHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance()),
                        TIMEOUT)
                .getJobs()
                .stream()
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

    private MembersResponse ask(JobID job, MembersRequest question)
            throws IOException, InterruptedException {
        ClientCoordinationMessageParameters parameters = new ClientCoordinationMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.operatorUidPathParameter.resolve(PoolJob.REGISTRY_UID);
        ClientCoordinationRequestBody body =
                new ClientCoordinationRequestBody(new SerializedValue<>(question));
        SerializedValue<CoordinationResponse> response =
                await(
                                send(ClientCoordinationHeaders.getInstance(), parameters, body),
                                TIMEOUT.plus(question.patience()))
                        .getSerializedCoordinationResponse();
        try {
            return (MembersResponse)
                    response.deserializeValue(PoolRegistryClient.class.getClassLoader());
        } catch (ClassNotFoundException otherVersion) {
            throw new IOException(
                    "Cannot read the members of %s: its job manager runs another version."
                            .formatted(rest),
                    otherVersion);
        }
    }

    private <
                    M extends org.apache.flink.runtime.rest.messages.MessageHeaders<R, P, U>,
                    U extends org.apache.flink.runtime.rest.messages.MessageParameters,
                    R extends org.apache.flink.runtime.rest.messages.RequestBody,
                    P extends org.apache.flink.runtime.rest.messages.ResponseBody>
            CompletableFuture<P> send(M headers, U parameters, R body) throws IOException {
        int port = rest.getPort() < 0 ? DEFAULT_PORT : rest.getPort();
        return client.sendRequest(rest.getHost(), port, headers, parameters, body);
    }

    private <T> T await(CompletableFuture<T> response, Duration timeout)
            throws IOException, InterruptedException {
        try {
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new IOException(
                    "Cannot ask %s: %s".formatted(rest, firstLine(failure.getCause())),
                    failure.getCause());
        } catch (TimeoutException tooLate) {
            response.cancel(true);
            throw new IOException(
                    "Cannot ask %s: no answer within %d s.".formatted(rest, timeout.toSeconds()),
                    tooLate);
        }
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
