package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * JSON over HTTP with one Flink.
 *
 * <p>Safe for many threads. Every method blocks for at most ten seconds, and throws {@link
 * FlinkRestException} when Flink cannot be reached, refuses the request or answers something else
 * than expected.
 */
final class RestConnection {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final String baseUrl;

    /** Does not connect yet; the address ends without a slash. */
    RestConnection(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** Reads a JSON answer. */
    <T> T get(String path, Class<T> type) {
        HttpRequest request = request(path).build();
        return parse(request.uri(), send(request), type);
    }

    /** Reads a JSON answer as a tree. */
    JsonNode read(String path) {
        return get(path, JsonNode.class);
    }

    /** Sends a request without a body; the answer does not matter. */
    void send(String method, String path) {
        send(request(path).method(method, HttpRequest.BodyPublishers.noBody()).build());
    }

    /** Puts a value as JSON; the answer does not matter. */
    void put(String path, Object value) {
        String body;
        try {
            body = JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Cannot write " + value + " as JSON: " + e.getOriginalMessage(), e);
        }
        send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest request) {
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw FlinkRestException.unreachable(
                    "Cannot reach Flink at " + baseUrl + ": " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlinkRestException.unreachable(
                    "Cannot reach Flink at " + baseUrl + ": interrupted", e);
        }
        if (response.statusCode() >= 300) {
            throw FlinkRestException.refused(
                    response.statusCode(),
                    "Cannot call %s %s: HTTP %d %s"
                            .formatted(
                                    request.method(),
                                    request.uri(),
                                    response.statusCode(),
                                    firstError(response.body())));
        }
        return response;
    }

    private static <T> T parse(URI uri, HttpResponse<String> response, Class<T> type) {
        try {
            return JSON.readValue(response.body(), type);
        } catch (JsonProcessingException e) {
            throw FlinkRestException.unreadable(
                    response.statusCode(),
                    "Cannot read Flink's answer of " + uri + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    /** The JDK's client leaves the message of a refused connection empty. */
    private static String reason(IOException failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }

    /**
     * Flink puts whole stack traces into its list of errors: the first line of the last one says
     * why.
     */
    private static String firstError(String body) {
        try {
            JsonNode errors = JSON.readTree(body).path("errors");
            return firstLine(errors.path(errors.size() - 1).asText());
        } catch (JsonProcessingException e) {
            return firstLine(body);
        }
    }

    private static String firstLine(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("<Exception on server side"))
                .findFirst()
                .orElse("");
    }
}
