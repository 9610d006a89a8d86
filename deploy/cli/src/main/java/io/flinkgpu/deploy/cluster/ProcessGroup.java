package io.flinkgpu.deploy.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of processes, and brings it about. Each wait blocks its caller. */
@Internal
public final class ProcessGroup {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessGroup.class);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final List<ProcessRecord> processes;

    /** A group of these processes, dead ones included. */
    public ProcessGroup(List<ProcessRecord> processes) {
        this.processes = List.copyOf(processes);
    }

    List<ProcessRecord> alive() {
        return processes.stream().filter(ProcessRecord::isAlive).toList();
    }

    /** Waits until one of the running processes ends, for a quarter of a second at most. */
    public void awaitAnyExit() {
        CompletableFuture<?>[] exits =
                processes.stream()
                        .flatMap(process -> process.handle().stream())
                        .map(ProcessHandle::onExit)
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.anyOf(exits).get(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException elapsed) {
            LOG.trace("No process ended.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Cannot wait for the cluster: interrupted", e);
        } catch (ExecutionException e) {
            throw new ClusterException("Cannot wait for the cluster: " + e.getCause(), e);
        }
    }

    /**
     * Ends all processes: SIGTERM, and SIGKILL for those that still run after the grace.
     *
     * @throws ClusterException if one runs on even so
     */
    public void terminate(Duration termGrace, Duration killGrace) {
        signal(ProcessHandle::destroy);
        awaitAllExits(termGrace);
        kill(killGrace);
    }

    /**
     * Ends all processes with SIGKILL.
     *
     * @throws ClusterException if one runs on even so
     */
    void kill(Duration killGrace) {
        signal(ProcessHandle::destroyForcibly);
        awaitAllExits(killGrace);
        List<String> left = alive().stream().map(ProcessRecord::name).toList();
        if (!left.isEmpty()) {
            throw new ClusterException(
                    "Cannot stop %s: the process does not end.".formatted(String.join(", ", left)));
        }
    }

    private void signal(Consumer<ProcessHandle> signal) {
        processes.forEach(process -> process.handle().ifPresent(signal));
    }

    private void awaitAllExits(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!alive().isEmpty() && System.nanoTime() < deadline) {
            awaitAnyExit();
        }
    }
}
