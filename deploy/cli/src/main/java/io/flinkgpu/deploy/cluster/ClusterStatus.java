package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * A local cluster at one moment.
 *
 * @param processes all that were started, dead ones included
 * @param taskManagers those that the job manager counts in; it notices a lost one after some
 *     seconds
 * @param waiting a sentence for each job that waits for slots
 * @param problem why the job manager did not answer; empty if it did
 */
@Internal
public record ClusterStatus(
        ClusterAddress address,
        List<ProcessRecord> processes,
        List<TaskManagerInfo> taskManagers,
        List<JobSummary> jobs,
        List<String> waiting,
        Optional<String> problem) {

    /** Copies the lists. */
    public ClusterStatus {
        processes = List.copyOf(processes);
        taskManagers = List.copyOf(taskManagers);
        jobs = List.copyOf(jobs);
        waiting = List.copyOf(waiting);
    }

    /** Whether every process runs and the job manager answers. */
    public boolean isHealthy() {
        return problem.isEmpty() && processes.stream().allMatch(ProcessRecord::isAlive);
    }
}
