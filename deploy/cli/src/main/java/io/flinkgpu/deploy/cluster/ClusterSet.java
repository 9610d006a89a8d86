package io.flinkgpu.deploy.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local clusters below one directory that end with their owner: all are stopped when this is closed
 * or the process ends. Safe for many threads.
 */
@Internal
public final class ClusterSet implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSet.class);

    private static final Duration LATEST_STOP = Duration.ofSeconds(30);
    private static final Duration STOP_PAUSE = Duration.ofMillis(500);

    private final Path directory;
    private final Deque<LocalCluster> clusters = new ArrayDeque<>();
    private final ExitHook stopOnExit = ExitHook.open("stop-clusters", this::stopAll);

    /**
     * Starts nothing yet.
     *
     * @param directory that will hold a directory of each cluster
     */
    public ClusterSet(Path directory) {
        this.directory = directory;
    }

    /**
     * Starts a cluster and waits until its task managers have registered.
     *
     * @param name of its directory
     * @throws ClusterException if it does not start
     */
    public LocalCluster start(String name, ClusterSpec spec) {
        LocalCluster cluster = LocalCluster.at(directory.resolve(name));
        synchronized (clusters) {
            clusters.push(cluster);
        }
        ClusterAddress unused = cluster.start(spec);
        return cluster;
    }

    /**
     * Starts several clusters at once and waits for all of them.
     *
     * @param specs by the names of their directories
     * @throws ClusterException if one does not start; the others may run then
     */
    public Map<String, LocalCluster> start(Map<String, ClusterSpec> specs) {
        Map<String, CompletableFuture<LocalCluster>> starts = new LinkedHashMap<>();
        specs.forEach(
                (name, spec) ->
                        starts.put(name, CompletableFuture.supplyAsync(() -> start(name, spec))));
        try {
            CompletableFuture.allOf(starts.values().toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ClusterException failure ? failure : e;
        }
        Map<String, LocalCluster> started = new LinkedHashMap<>();
        starts.forEach((name, start) -> started.put(name, start.join()));
        return started;
    }

    /**
     * The root of a cluster's REST API.
     *
     * @throws IllegalStateException if its job manager does not run
     */
    public static URI rest(LocalCluster cluster) {
        return cluster.address()
                .map(ClusterAddress::rest)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Cannot use the cluster in %s: its job manager does not run."
                                                .formatted(cluster.directory())));
    }

    /** Ends every process; what does not end is logged. */
    @Override
    public void close() {
        stopAll();
        stopOnExit.close();
    }

    private void stopAll() {
        synchronized (clusters) {
            clusters.forEach(ClusterSet::stop);
            clusters.clear();
        }
    }

    /** What was killed may just be started again, and nothing else may be done to it then. */
    private static void stop(LocalCluster cluster) {
        long start = System.nanoTime();
        while (true) {
            try {
                List<ProcessRecord> unused = cluster.stop();
                return;
            } catch (ClusterException busy) {
                if (System.nanoTime() - start > LATEST_STOP.toNanos()) {
                    LOG.error("Cannot stop the cluster in {}.", cluster.directory(), busy);
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STOP_PAUSE.toMillis()));
            }
        }
    }
}
