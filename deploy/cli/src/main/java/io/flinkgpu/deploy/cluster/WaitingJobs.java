package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.JobSummary;
import io.flinkgpu.deploy.rest.VertexInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which jobs of a cluster wait for slots; Flink calls such a job RUNNING. */
final class WaitingJobs {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingJobs.class);

    private WaitingJobs() {}

    /** A sentence for each of the jobs that waits. */
    static List<String> describe(FlinkRestClient client, List<JobSummary> jobs) {
        return jobs.stream()
                .filter(job -> !job.status().isGloballyTerminalState())
                .flatMap(job -> describe(client, job).stream())
                .toList();
    }

    private static Optional<String> describe(FlinkRestClient client, JobSummary job) {
        try {
            String waiting =
                    client.vertices(job.id()).stream()
                            .filter(vertex -> vertex.waiting() > 0)
                            .map(WaitingJobs::describe)
                            .collect(Collectors.joining(", "));
            return waiting.isEmpty()
                    ? Optional.empty()
                    : Optional.of("Job '%s' waits for slots: %s.".formatted(job.name(), waiting));
        } catch (FlinkRestException preparing) {
            LOG.debug("Flink prepares job {}.", job.id(), preparing);
            return Optional.empty();
        }
    }

    private static String describe(VertexInfo vertex) {
        return "%d of %d subtasks of '%s'"
                .formatted(vertex.waiting(), vertex.subtasks().size(), vertex.name());
    }
}
