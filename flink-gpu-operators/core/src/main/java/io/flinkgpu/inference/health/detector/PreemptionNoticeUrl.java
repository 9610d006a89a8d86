package io.flinkgpu.inference.health.detector;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A notice that stands as long as an address answers 200, whose body's first line is the reason.
 *
 * <p>404 means no notice; any other answer, and none within the timeout, is a failure. Neither
 * redirects nor proxies: the address is one of the node itself.
 */
final class PreemptionNoticeUrl implements PreemptionNotice {

    private final URI address;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * Asks nothing yet.
     *
     * @param address absolute, http or https
     * @param timeout of the whole answer, above zero
     */
    PreemptionNoticeUrl(URI address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(timeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .build();
    }

    @Override
    public Optional<String> read() throws IOException {
        HttpResponse<String> answer = ask();
        return switch (answer.statusCode()) {
            case 200 -> Optional.of(PreemptionNotice.reason(answer.body()));
            case 404 -> Optional.empty();
            default -> throw new IOException("status " + answer.statusCode());
        };
    }

    // The client's own timeout ends with the headers: a body that never ends needs this one.
    private HttpResponse<String> ask() throws IOException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(
                        HttpRequest.newBuilder(address).GET().build(),
                        HttpResponse.BodyHandlers.ofString());
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
