package io.flinkgpu.deploy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was started in a cluster's directory.
 *
 * @param plan what should run
 * @param processes what was started, in the order of the first start; the last one of each name
 */
record ClusterState(ClusterPlan plan, List<ProcessRecord> processes) {

    ClusterState {
        processes = List.copyOf(processes);
    }

    /** Adds a process, in the place of a former one of its name. */
    ClusterState with(ProcessRecord process) {
        List<ProcessRecord> all = new ArrayList<>(processes);
        Optional<ProcessRecord> former = process(process.name());
        if (former.isPresent()) {
            all.set(all.indexOf(former.get()), process);
        } else {
            all.add(process);
        }
        return new ClusterState(plan, all);
    }

    ClusterAddress address() {
        return new ClusterAddress(plan.rest());
    }

    Optional<ProcessRecord> process(String name) {
        return processes.stream().filter(process -> process.name().equals(name)).findFirst();
    }

    List<ProcessRecord> alive() {
        return processes.stream().filter(ProcessRecord::isAlive).toList();
    }

    boolean hasJobManager() {
        return alive().stream().anyMatch(process -> process.role() == ProcessRole.JOB_MANAGER);
    }

    /** Those of the plan that do not run. */
    List<ProcessSpec> missing() {
        return plan.processes().stream()
                .filter(spec -> process(spec.name()).filter(ProcessRecord::isAlive).isEmpty())
                .toList();
    }

    List<String> deadNames() {
        return processes.stream()
                .filter(process -> !process.isAlive())
                .map(ProcessRecord::name)
                .toList();
    }
}
