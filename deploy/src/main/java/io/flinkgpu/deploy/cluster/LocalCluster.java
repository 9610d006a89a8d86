package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local cluster of one directory: real Flink processes on the loopback interface.
 *
 * <p>The processes outlive the one that started them; the directory's state file leads any later
 * process of the same machine to them. One process at a time may start or stop it. A start that
 * fails takes down what it had started. Only processes named by the state file are ever ended, and
 * each is known by its id and start time.
 *
 * <p>Not for use by several threads.
 */
public final class LocalCluster {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    private static final Duration TERM_GRACE = Duration.ofSeconds(15);
    private static final Duration KILL_GRACE = Duration.ofSeconds(5);

    private final Path directory;
    private final ClusterStateFile stateFile;
    private final ClusterLock lock;

    private LocalCluster(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.stateFile = new ClusterStateFile(this.directory);
        this.lock = new ClusterLock(this.directory);
    }

    /** The cluster of this directory, which need not exist. */
    public static LocalCluster at(Path directory) {
        return new LocalCluster(directory);
    }

    /** Where the user's cluster lives unless another directory is named. */
    public static Path defaultDirectory() {
        return Path.of(System.getProperty("user.home"), ".flink-gpu", "cluster");
    }

    /** Where the user's cluster answers; empty if none runs in the default directory. */
    public static Optional<ClusterAddress> find() {
        return at(defaultDirectory()).address();
    }

    /** The cluster's directory, absolute. */
    public Path directory() {
        return directory;
    }

    /** Where the cluster answers; empty if its job manager does not run. */
    public Optional<ClusterAddress> address() {
        return stateFile.read().filter(ClusterState::hasJobManager).map(ClusterState::address);
    }

    /**
     * Starts the processes and waits until all task managers have registered.
     *
     * @throws ClusterException if the cluster runs already, the port is taken, a process ends or
     *     the time is up; nothing runs afterwards that did not run before
     */
    public ClusterAddress start(ClusterSpec spec) {
        return lock.hold("start", () -> startLocked(spec));
    }

    /**
     * Ends all processes: with SIGTERM, and with SIGKILL those that still run after 15 seconds.
     *
     * @return the processes that were running
     * @throws ClusterException if a process does not end
     */
    public List<ProcessRecord> stop() {
        return Files.isDirectory(directory) ? lock.hold("stop", this::stopLocked) : List.of();
    }

    /** What runs; empty if nothing was started. */
    public Optional<ClusterStatus> status() {
        return stateFile.read().map(LocalCluster::statusOf);
    }

    private ClusterAddress startLocked(ClusterSpec spec) {
        stateFile.read().ifPresent(this::requireStopped);
        Thread stopOnExit = new Thread(this::stopQuietly, "stop-half-started-cluster");
        Runtime.getRuntime().addShutdownHook(stopOnExit);
        try {
            return new ClusterStart(spec, directory, stateFile).run();
        } catch (RuntimeException | Error e) {
            stopQuietly();
            throw e;
        } finally {
            removeHook(stopOnExit);
        }
    }

    private void requireStopped(ClusterState state) {
        if (!state.alive().isEmpty()) {
            throw new ClusterException(
                    "Cannot start the cluster in %s: %s"
                            .formatted(
                                    directory,
                                    state.deadNames().isEmpty()
                                            ? "it runs already at " + state.rest() + "."
                                            : String.join(", ", state.deadNames())
                                                    + " of it ended, the rest runs. Run 'cluster down' first."));
        }
    }

    private List<ProcessRecord> stopLocked() {
        List<ProcessRecord> running = stateFile.read().map(ClusterState::alive).orElseGet(List::of);
        new ProcessGroup(running).terminate(TERM_GRACE, KILL_GRACE);
        stateFile.delete();
        return running;
    }

    private void stopQuietly() {
        try {
            stopLocked();
        } catch (RuntimeException e) {
            // The failure that led here is the one to report.
            LOG.error("Cannot stop the half-started cluster in {}.", directory, e);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            LOG.debug("The hook stops the cluster.", shuttingDown);
        }
    }

    private static ClusterStatus statusOf(ClusterState state) {
        FlinkRestClient client = new FlinkRestClient(state.rest());
        try {
            return new ClusterStatus(
                    state.address(),
                    state.processes(),
                    client.taskManagers(),
                    client.jobs(),
                    Optional.empty());
        } catch (FlinkRestException e) {
            return new ClusterStatus(
                    state.address(),
                    state.processes(),
                    List.of(),
                    List.of(),
                    Optional.of(e.getMessage()));
        }
    }
}
