package io.flinkgpu.deploy.pool;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The REST API of a job manager that runs at most one pool, as a test wishes it. */
final class TestingFlink implements AutoCloseable {

    static final String JOB = "00000000000000000000000000000007";

    private static final String JOBS = "/jobs/overview";
    private static final String NO_JOBS = "{\"jobs\": []}";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger listingsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final HttpServer server;

    TestingFlink() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
        answers.put(JOBS, NO_JOBS);
        answers.put("/taskmanagers", "{\"taskmanagers\": []}");
        scheduler("Adaptive");
    }

    /** Runs a pool's job with so many subtasks at most. */
    TestingFlink withPool(String name, int replicas, int min, int max) {
        answers.put(
                JOBS,
                """
                {"jobs": [
                  {"jid": "%s", "name": "pool %s", "state": "RUNNING", "duration": 9},
                  {"jid": "00000000000000000000000000000008", "name": "other", "state": "RUNNING", "duration": 9}]}
                """
                        .formatted(JOB, name));
        answers.put(
                "/jobs/" + JOB + "/config",
                """
                {"execution-config": {"user-config": {"pool.name": "%s", "pool.min-replicas": "%d",
                  "pool.max-replicas": "%d"}}}"""
                        .formatted(name, min, max));
        answers.put(
                "/jobs/" + JOB + "/resource-requirements",
                "{\"a\": {\"parallelism\": {\"lowerBound\": 1, \"upperBound\": %d}}}"
                        .formatted(replicas));
        answers.put(
                "/jobs/" + JOB + "/metrics?get=numRestarts",
                "[{\"id\": \"numRestarts\", \"value\": \"2\"}]");
        answers.put("/jobs/" + JOB + "/exceptions", "{}");
        return this;
    }

    /** Configures another scheduler. */
    TestingFlink scheduler(String name) {
        answers.put(
                "/jobmanager/config",
                "[{\"key\": \"jobmanager.scheduler\", \"value\": \"%s\"}]".formatted(name));
        return this;
    }

    /** Lets the pool's job be about to end, and end when it was listed so many times. */
    TestingFlink cancelling(int listings) {
        answers.computeIfPresent(JOBS, (path, jobs) -> jobs.replaceFirst("RUNNING", "CANCELLING"));
        listingsLeft.set(listings);
        return this;
    }

    /** Lets the pool's job wait for task managers. */
    TestingFlink waiting() {
        answers.put("/jobs/" + JOB + "/config", "{\"jid\": \"" + JOB + "\"}");
        return this;
    }

    /** Takes the pool's job without having prepared it yet. */
    TestingFlink preparing() {
        answers.remove("/jobs/" + JOB + "/config");
        answers.remove("/jobs/" + JOB + "/resource-requirements");
        answers.remove("/jobs/" + JOB + "/metrics?get=numRestarts");
        return this;
    }

    /** Lets the job have failed lately. */
    void failed(String stackTrace) {
        answers.put(
                "/jobs/" + JOB + "/exceptions",
                "{\"exceptionHistory\": {\"entries\": [{\"stacktrace\": \"%s\"}]}}"
                        .formatted(stackTrace.replace("\n", "\\n")));
    }

    void jobEnds() {
        answers.put(JOBS, NO_JOBS);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** "METHOD path body" of every request that changes something. */
    List<String> changes() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.equals(JOBS) && listingsLeft.getAndDecrement() == 0) {
            jobEnds();
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            requests.add((exchange.getRequestMethod() + " " + path + " " + body).strip());
        }
        boolean known = answers.containsKey(path) || !exchange.getRequestMethod().equals("GET");
        byte[] answer = answers.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 404, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
