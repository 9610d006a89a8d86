package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.JobSummary;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local cluster of one directory: real Flink processes on the loopback interface.
 *
 * <p>The processes outlive the one that started them; the directory's state file leads any later
 * process of the same machine to them. One process at a time may start or stop it. A start that
 * fails takes down what it had started. Processes that died can be started again under their names.
 * Only processes named by the state file are ever ended, and each is known by its id and start
 * time.
 *
 * <p>Starts and stops exclude each other; everything else may be called by any thread at any time.
 */
@Internal
public final class LocalCluster {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    private static final Duration TERM_GRACE = Duration.ofSeconds(25);
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

    /** Where the user's cluster lives unless another directory is named; a pool has its own. */
    public static Path defaultDirectory() {
        return ClusterKind.MIXED.defaultDirectory();
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
     * Where the cluster's REST API answers.
     *
     * @throws IllegalStateException if its job manager does not run
     */
    public URI requireAddress() {
        return address()
                .map(ClusterAddress::rest)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Cannot use the local cluster: none runs in %s. Run './flink-gpu cluster up' first."
                                                .formatted(directory)));
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
     * Ends all processes: with SIGTERM, and with SIGKILL those that still run after 25 seconds,
     * which is more than a replica takes to drain by default.
     *
     * @return the processes that were running
     * @throws ClusterException if a process does not end
     */
    public List<ProcessRecord> stop() {
        return Files.isDirectory(directory) ? lock.hold("stop", this::stopLocked) : List.of();
    }

    /** As {@link #startMissing(Duration)} with the usual time to start. */
    public List<ProcessRecord> startMissing() {
        return startMissing(Duration.ofSeconds(ClusterSpec.DEFAULT_START_SECONDS));
    }

    /**
     * Starts those processes again that have died, as they were, then waits until all task managers
     * have registered. A job manager that is started again knows nothing of its former jobs.
     *
     * @return the processes that it started, none if all run
     * @throws ClusterException if nothing of the cluster runs, a process ends or the time is up;
     *     nothing runs afterwards that did not run before
     */
    public List<ProcessRecord> startMissing(Duration timeout) {
        return lock.hold("start", () -> startMissingLocked(timeout));
    }

    /**
     * Kills a process with SIGKILL and waits for its end. The state file keeps it, as one that
     * died.
     *
     * @return the process that was running
     * @throws ClusterException if there is no such process, or it does not run
     */
    public ProcessRecord kill(String name) {
        ProcessRecord process =
                stateFile
                        .read()
                        .flatMap(state -> state.process(name))
                        .orElseThrow(() -> cannotKill(name, "the cluster has no such process."));
        if (!process.isAlive()) {
            throw cannotKill(name, "it does not run.");
        }
        new ProcessGroup(List.of(process)).kill(KILL_GRACE);
        return process;
    }

    /** All processes that were started, dead ones included; empty if none was. */
    public List<ProcessRecord> processes() {
        return stateFile.read().map(ClusterState::processes).orElseGet(List::of);
    }

    /** What the cluster is; empty if nothing was started. */
    public Optional<ClusterShape> shape() {
        return plan().map(ClusterPlan::shape);
    }

    /** What should run; empty if nothing was started. */
    Optional<ClusterPlan> plan() {
        return stateFile.read().map(ClusterState::plan);
    }

    /** What runs; empty if nothing was started. */
    public Optional<ClusterStatus> status() {
        return stateFile.read().map(LocalCluster::statusOf);
    }

    private ClusterAddress startLocked(ClusterSpec spec) {
        stateFile.read().ifPresent(this::requireStopped);
        ClusterState planned = new ClusterState(ClusterPlan.of(spec), List.of());
        startOrTakeDown(planned, spec.startTimeout());
        return planned.address();
    }

    private List<ProcessRecord> startMissingLocked(Duration timeout) {
        ClusterState state =
                stateFile
                        .read()
                        .filter(read -> !read.alive().isEmpty())
                        .orElseThrow(
                                () ->
                                        new ClusterException(
                                                "Cannot start what is missing of the cluster in %s: nothing of it runs. Run 'cluster up'."
                                                        .formatted(directory)));
        return startOrTakeDown(state, timeout);
    }

    private List<ProcessRecord> startOrTakeDown(ClusterState state, Duration timeout) {
        List<ProcessRecord> before = state.alive();
        ClusterStart start = new ClusterStart(state, directory, stateFile, timeout);
        try (ExitHook takeDownOnExit =
                ExitHook.open("stop-half-started-cluster", () -> takeBack(start, before))) {
            try {
                return start.run();
            } catch (RuntimeException | Error e) {
                takeDownQuietly(before);
                throw e;
            }
        }
    }

    private void requireStopped(ClusterState state) {
        if (!state.alive().isEmpty()) {
            throw new ClusterException(
                    "Cannot start the cluster in %s: %s"
                            .formatted(
                                    directory,
                                    state.deadNames().isEmpty()
                                            ? "it runs already at " + state.plan().rest() + "."
                                            : String.join(", ", state.deadNames())
                                                    + " of it ended, the rest runs. Run 'cluster up' to start what is missing, or 'cluster down'."));
        }
    }

    private static ClusterException cannotKill(String name, String reason) {
        return new ClusterException("Cannot kill %s: %s".formatted(name, reason));
    }

    private List<ProcessRecord> stopLocked() {
        List<ProcessRecord> running = stateFile.read().map(ClusterState::alive).orElseGet(List::of);
        new ProcessGroup(running).terminate(TERM_GRACE, KILL_GRACE);
        stateFile.delete();
        return running;
    }

    private void takeBack(ClusterStart start, List<ProcessRecord> before) {
        start.halt();
        takeDownQuietly(before);
    }

    /** Ends what runs now and did not run before. */
    private void takeDownQuietly(List<ProcessRecord> before) {
        try {
            List<ProcessRecord> started =
                    stateFile.read().map(ClusterState::alive).orElseGet(List::of).stream()
                            .filter(process -> !before.contains(process))
                            .toList();
            new ProcessGroup(started).terminate(TERM_GRACE, KILL_GRACE);
            if (before.isEmpty()) {
                stateFile.delete();
            }
        } catch (RuntimeException e) {
            // The failure that led here is the one to report.
            LOG.error("Cannot stop the half-started cluster in {}.", directory, e);
        }
    }

    private static ClusterStatus statusOf(ClusterState state) {
        FlinkRestClient client = new FlinkRestClient(state.plan().rest());
        try {
            List<JobSummary> jobs = client.jobs();
            return new ClusterStatus(
                    state.address(),
                    state.processes(),
                    client.taskManagers(),
                    jobs,
                    WaitingJobs.describe(client, jobs),
                    Optional.empty());
        } catch (FlinkRestException e) {
            return new ClusterStatus(
                    state.address(),
                    state.processes(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.of(e.getMessage()));
        }
    }
}
