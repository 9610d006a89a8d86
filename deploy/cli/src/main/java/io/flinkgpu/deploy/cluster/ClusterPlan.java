package io.flinkgpu.deploy.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes that a cluster should have, so that each can be started again as it was.
 *
 * @param rest the root of the REST API
 * @param home root directory of the distribution that they run from
 * @param processes the job manager first
 */
record ClusterPlan(URI rest, Path home, ClusterShape shape, List<ProcessSpec> processes) {

    ClusterPlan {
        processes = List.copyOf(processes);
    }

    /**
     * Lays the cluster out on ports that are free at the moment.
     *
     * @throws ClusterException if the port is taken
     * @throws IllegalArgumentException if there are too few devices
     */
    static ClusterPlan of(ClusterSpec spec) {
        int restPort =
                spec.restPort() == 0
                        ? LoopbackPorts.anyFree()
                        : LoopbackPorts.requireFree(spec.restPort());
        return new ClusterPlan(
                ClusterAddress.ofPort(restPort).rest(),
                spec.distribution().home(),
                spec.shape(),
                ClusterLayout.processes(spec, restPort, LoopbackPorts.anyFree()));
    }

    /** The names of the task managers in order. */
    List<String> taskManagers() {
        return processes.stream()
                .filter(process -> process.role() == ProcessRole.TASK_MANAGER)
                .map(ProcessSpec::name)
                .toList();
    }
}
