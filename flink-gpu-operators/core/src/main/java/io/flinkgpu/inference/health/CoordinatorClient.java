package io.flinkgpu.inference.health;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
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
 * Asks the coordinators of operators, over the REST API of the job manager that their jobs run on.
 *
 * <p>Touches {@link RestClient} and the coordination messages of Flink 2.3. TLS of the REST API
 * follows Flink's {@code security.ssl.rest.*} options. One thread at a time; {@link #close()} by
 * any.
 */
@Internal
public final class CoordinatorClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int DEFAULT_PORT = 8081;

    private final URI rest;
    private final ExecutorService executor;
    private final RestClient client;

    /**
     * A client of one job manager; does not connect yet.
     *
     * @param rest the root of the REST API, such as {@code http://jobmanager:8081}
     * @param options Flink's, for TLS
     * @throws IllegalArgumentException if TLS is configured in a way that cannot work
     */
    public CoordinatorClient(URI rest, ReadableConfig options) {
        this.rest = rest;
        this.executor =
                Executors.newSingleThreadExecutor(new ExecutorThreadFactory("coordinator-client"));
        try {
            this.client = new RestClient(Configuration.fromMap(options.toMap()), executor);
        } catch (ConfigurationException invalid) {
            executor.shutdownNow();
            throw new IllegalArgumentException(
                    "Cannot prepare to ask " + rest + ": " + invalid.getMessage(), invalid);
        }
    }

    /**
     * The jobs that the job manager remembers, ended ones included.
     *
     * @throws IOException if it cannot be reached
     */
    public Collection<JobDetails> jobs() throws IOException, InterruptedException {
        return await(
                        send(
                                JobsOverviewHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance()),
                        TIMEOUT)
                .getJobs();
    }

    /**
     * Asks the coordinator of an operator.
     *
     * @param uid the operator's
     * @param patience how much longer than usual the answer may take
     * @throws IOException if the job manager cannot be reached, the job has no such coordinator, or
     *     the coordinator refuses
     */
    public CoordinationResponse ask(
            JobID job, String uid, CoordinationRequest question, Duration patience)
            throws IOException, InterruptedException {
        ClientCoordinationMessageParameters parameters = new ClientCoordinationMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.operatorUidPathParameter.resolve(asPathSegment(uid));
        ClientCoordinationRequestBody body =
                new ClientCoordinationRequestBody(new SerializedValue<>(question));
        SerializedValue<CoordinationResponse> response =
                await(
                                send(ClientCoordinationHeaders.getInstance(), parameters, body),
                                TIMEOUT.plus(patience))
                        .getSerializedCoordinationResponse();
        try {
            return response.deserializeValue(CoordinatorClient.class.getClassLoader());
        } catch (ClassNotFoundException otherVersion) {
            throw new IOException(
                    "Cannot read the answer of %s: its job manager runs another version."
                            .formatted(rest),
                    otherVersion);
        }
    }

    @Override
    public void close() {
        CompletableFuture<?> unused = client.closeAsync();
        executor.shutdownNow();
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

    /**
     * Flink's client puts a parameter into the path as it is. Its server decodes the path twice, in
     * {@code RouterHandler} and in {@code Router}, and looks for slashes in between.
     */
    private static String asPathSegment(String text) {
        return encoded(encoded(text));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
