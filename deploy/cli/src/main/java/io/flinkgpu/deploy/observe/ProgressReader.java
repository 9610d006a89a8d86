package io.flinkgpu.deploy.observe;

import io.flinkgpu.deploy.rest.CheckpointStatistics;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.inference.InferenceMetricNames;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobStatus;

/**
 * Reads the {@link Progress} of a job with one source, one inference stage and sinks over Flink's
 * REST API.
 */
@Internal
public final class ProgressReader {

    private final JobRun job;
    private final String inference;
    private final List<String> sinks;
    private final long startNanos = System.nanoTime();

    /**
     * A reader whose clock starts here.
     *
     * @param inference the name of the inference stage
     * @param sinks the names of the sinks
     */
    public ProgressReader(JobRun job, String inference, List<String> sinks) {
        this.job = job;
        this.inference = inference;
        this.sinks = List.copyOf(sinks);
    }

    /**
     * The job's progress; nothing but its state while Flink has no details of it yet.
     *
     * @throws FlinkRestException if Flink cannot be reached
     */
    public Progress read() {
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
        VertexInfo stage = named(vertices, inference);
        CheckpointStatistics checkpoints = job.checkpoints();
        List<Long> millis = checkpoints.completedMillis();
        return new Progress(
                status,
                elapsed,
                vertices.get(0).recordsWritten(),
                sinks.stream().mapToLong(sink -> named(vertices, sink).recordsRead()).sum(),
                metric(stage, InferenceMetricNames.BATCHES),
                metric(stage, InferenceMetricNames.ROWS_IN),
                metric(stage, InferenceMetricNames.ROWS_IN_FLIGHT),
                checkpoints.counts().completed(),
                millis.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(millis.get(millis.size() - 1)));
    }

    private long metric(VertexInfo vertex, String name) {
        String id = InferenceMetricNames.ofStage(inference, name);
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
