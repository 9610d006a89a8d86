package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a local cluster: launches its processes, then waits until the task managers
 * registered.
 */
final class ClusterStart {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterStart.class);

    private final ClusterSpec spec;
    private final Path directory;
    private final ClusterStateFile stateFile;

    ClusterStart(ClusterSpec spec, Path directory, ClusterStateFile stateFile) {
        this.spec = spec;
        this.directory = directory;
        this.stateFile = stateFile;
    }

    /**
     * Leaves the processes as they are when it fails; the state file names them all.
     *
     * @throws ClusterException if the port is taken, a process ends, or the time is up
     */
    ClusterAddress run() {
        int restPort =
                spec.restPort() == 0
                        ? LoopbackPorts.anyFree()
                        : LoopbackPorts.requireFree(spec.restPort());
        ClusterState state =
                launchAll(
                        ClusterLayout.processes(spec, restPort, LoopbackPorts.anyFree()),
                        ClusterAddress.ofPort(restPort));
        awaitTaskManagers(state);
        return state.address();
    }

    private ClusterState launchAll(List<ProcessSpec> processes, ClusterAddress address) {
        ProcessLauncher launcher = new ProcessLauncher(spec.distribution(), directory);
        ClusterState state = new ClusterState(address.rest(), List.of());
        for (ProcessSpec process : processes) {
            state = state.with(launcher.start(process));
            // INVARIANT: the file names every started process, so that a stop finds it whatever
            // happens here.
            stateFile.write(state);
        }
        return state;
    }

    private void awaitTaskManagers(ClusterState state) {
        FlinkRestClient client = new FlinkRestClient(state.rest());
        ProcessGroup processes = new ProcessGroup(state.processes());
        Set<String> missing = taskManagerNames(state);
        long deadline = System.nanoTime() + spec.startTimeout().toNanos();
        while (!missing.isEmpty()) {
            requireAllAlive(state);
            if (System.nanoTime() > deadline) {
                throw timedOut(missing);
            }
            processes.awaitAnyExit();
            missing.removeAll(registered(client));
        }
    }

    private static Set<String> taskManagerNames(ClusterState state) {
        return state.processes().stream()
                .filter(process -> process.role() == ProcessRole.TASK_MANAGER)
                .map(ProcessRecord::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A job manager that starts does not answer yet, or answers with an error. */
    private static List<String> registered(FlinkRestClient client) {
        try {
            return client.taskManagers().stream().map(TaskManagerInfo::id).toList();
        } catch (FlinkRestException notYet) {
            LOG.debug("The job manager is not ready.", notYet);
            return List.of();
        }
    }

    private static void requireAllAlive(ClusterState state) {
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
                        .formatted(
                                String.join(", ", missing),
                                spec.startTimeout().toSeconds(),
                                directory));
    }
}
