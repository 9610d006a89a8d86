package io.flinkgpu.deploy.cluster;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What was started in a cluster's directory.
 *
 * @param rest the root of the REST API
 * @param processes in the order of their start
 */
record ClusterState(URI rest, List<ProcessRecord> processes) {

    ClusterState {
        processes = List.copyOf(processes);
    }

    ClusterState with(ProcessRecord process) {
        List<ProcessRecord> all = new ArrayList<>(processes);
        all.add(process);
        return new ClusterState(rest, all);
    }

    ClusterAddress address() {
        return new ClusterAddress(rest);
    }

    List<ProcessRecord> alive() {
        return processes.stream().filter(ProcessRecord::isAlive).toList();
    }

    boolean hasJobManager() {
        return alive().stream().anyMatch(process -> process.role() == ProcessRole.JOB_MANAGER);
    }

    List<String> deadNames() {
        return processes.stream()
                .filter(process -> !process.isAlive())
                .map(ProcessRecord::name)
                .toList();
    }
}
