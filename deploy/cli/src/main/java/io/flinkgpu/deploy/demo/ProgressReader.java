package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.rest.CheckpointStatistics;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.examples.DigitsJob;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobStatus;

/** Reads a demo job's {@link Progress} over Flink's REST API. */
final class ProgressReader {

    private static final String METRIC_GROUP = ".inference.";

    private final JobRun job;
    private final long startNanos = System.nanoTime();

    ProgressReader(JobRun job) {
        this.job = job;
    }

    /**
     * The job's progress; nothing but its state while Flink has no details of it yet.
     *
     * @throws FlinkRestException if Flink cannot be reached
     */
    Progress read() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        JobStatus status = job.status();
        try {
            return details(status, elapsed);
        } catch (FlinkRestException e) {
            if (e.isServerError() || e.isNotFound()) {
                return Progress.none(status, elapsed);
            }
            throw e;
        }
    }

    private Progress details(JobStatus status, Duration elapsed) {
        List<VertexInfo> vertices = job.vertices();
        VertexInfo inference = named(vertices, DigitsJob.CLASSIFY);
        CheckpointStatistics checkpoints = job.checkpoints();
        List<Long> millis = checkpoints.completedMillis();
        return new Progress(
                status,
                elapsed,
                vertices.get(0).recordsWritten(),
                named(vertices, DigitsJob.RESULTS).recordsRead()
                        + named(vertices, DigitsJob.DEAD_LETTERS).recordsRead(),
                metric(inference, "batches"),
                metric(inference, "rowsIn"),
                metric(inference, "rowsInFlight"),
                checkpoints.counts().completed(),
                millis.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(millis.get(millis.size() - 1)));
    }

    private long metric(VertexInfo vertex, String name) {
        String id = DigitsJob.CLASSIFY + METRIC_GROUP + name;
        return (long) job.flink().metricSum(job.id(), vertex.id(), id).orElse(0);
    }

    private static VertexInfo named(List<VertexInfo> vertices, String start) {
        return vertices.stream()
                .filter(vertex -> vertex.name().startsWith(start))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Cannot follow the job: it has no vertex '%s', only %s."
                                                .formatted(
                                                        start,
                                                        vertices.stream()
                                                                .map(VertexInfo::name)
                                                                .toList())));
    }
}
