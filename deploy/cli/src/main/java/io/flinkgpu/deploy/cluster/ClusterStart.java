package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a local cluster, or of those of its processes that do not run: launches them, then
 * waits until all task managers have registered.
 *
 * <p>Run by one thread; another one may halt it.
 */
final class ClusterStart {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterStart.class);

    private final Path directory;
    private final ClusterStateFile stateFile;
    private final Duration timeout;
    private final FlinkRestClient client;
    private ClusterState state;
    private boolean halted;

    ClusterStart(ClusterState state, Path directory, ClusterStateFile stateFile, Duration timeout) {
        this.state = state;
        this.directory = directory;
        this.stateFile = stateFile;
        this.timeout = timeout;
        this.client = new FlinkRestClient(state.plan().rest());
    }

    /**
     * Leaves the processes as they are when it fails; the state file names them all.
     *
     * @return the processes that it started
     * @throws ClusterException if a process ends or the time is up
     */
    List<ProcessRecord> run() {
        List<ProcessSpec> missing = state.missing();
        Set<String> lost = addresses(missing);
        List<ProcessRecord> started = launch(missing);
        awaitTaskManagers(lost);
        return started;
    }

    /** Where the job manager still believes the lost task managers to be. */
    private Set<String> addresses(List<ProcessSpec> lost) {
        Set<String> names = lost.stream().map(ProcessSpec::name).collect(Collectors.toSet());
        return registered().stream()
                .filter(manager -> names.contains(manager.id()))
                .map(TaskManagerInfo::address)
                .collect(Collectors.toSet());
    }

    private List<ProcessRecord> launch(List<ProcessSpec> processes) {
        ProcessLauncher launcher =
                new ProcessLauncher(new Distribution(state.plan().home()), directory);
        List<ProcessRecord> started = new ArrayList<>();
        for (ProcessSpec process : processes) {
            started.add(launch(launcher, process));
        }
        return started;
    }

    private synchronized ProcessRecord launch(ProcessLauncher launcher, ProcessSpec process) {
        if (halted) {
            throw new ClusterException(
                    "Cannot start %s: this program is about to end.".formatted(process.name()));
        }
        ProcessRecord record = launcher.start(process);
        state = state.with(record);
        // INVARIANT: the file names every started process, so that a stop finds it whatever
        // happens here.
        stateFile.write(state);
        return record;
    }

    /** Has no further process started; the state file names all that were when this returns. */
    synchronized void halt() {
        halted = true;
    }

    private void awaitTaskManagers(Set<String> lost) {
        ProcessGroup processes = new ProcessGroup(state.processes());
        Set<String> missing = new TreeSet<>(state.plan().taskManagers());
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!missing.isEmpty()) {
            requireAllAlive();
            if (System.nanoTime() > deadline) {
                throw timedOut(missing);
            }
            processes.awaitAnyExit();
            registered().stream()
                    .filter(manager -> !lost.contains(manager.address()))
                    // Flink lists a task manager before it knows what it offers.
                    .filter(manager -> manager.total().cpuCores() > 0)
                    .forEach(manager -> missing.remove(manager.id()));
        }
    }

    /** A job manager that starts does not answer yet, or answers with an error. */
    private List<TaskManagerInfo> registered() {
        if (!state.hasJobManager()) {
            return List.of();
        }
        try {
            return client.taskManagers();
        } catch (FlinkRestException notYet) {
            LOG.debug("The job manager is not ready.", notYet);
            return List.of();
        }
    }

    private void requireAllAlive() {
        for (ProcessRecord process : state.processes()) {
            if (!process.isAlive()) {
                throw new ClusterException(
                        "Cannot start %s: its process ended.%n%s"
                                .formatted(process.name(), LogTail.of(process)));
            }
        }
    }

    private ClusterException timedOut(Set<String> missing) {
        return new ClusterException(
                "Cannot start the cluster: %s did not register within %d s. The logs are in %s."
                        .formatted(String.join(", ", missing), timeout.toSeconds(), directory));
    }
}
