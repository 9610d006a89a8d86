package io.flinkgpu.deploy.observe;

import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobRun;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** The rows that the sources of a job have made. */
@Internal
public final class SourceRows {

    private static final String SOURCE = "Source:";
    private static final String CHAINED = " -> ";

    /** Operators' metrics carry their names, in which such characters are replaced. */
    private static final String METRIC = "Source_.*\\.numRecordsOut";

    private SourceRows() {}

    /**
     * How many, as far as Flink knows them at the moment.
     *
     * @return empty where it knows none, as of a job that has ended whose sources were chained to
     *     what came next
     */
    public static OptionalLong read(JobRun job) {
        List<OptionalLong> known =
                job.vertices().stream()
                        .filter(vertex -> vertex.name().startsWith(SOURCE))
                        .map(vertex -> rows(job, vertex))
                        .filter(OptionalLong::isPresent)
                        .toList();
        return known.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(known.stream().mapToLong(OptionalLong::getAsLong).sum());
    }

    private static OptionalLong rows(JobRun job, VertexInfo vertex) {
        return vertex.name().contains(CHAINED)
                ? made(job, vertex)
                : OptionalLong.of(vertex.recordsWritten());
    }

    /** What a chain writes is not what its source has made. */
    private static OptionalLong made(JobRun job, VertexInfo vertex) {
        List<String> metrics =
                job.flink().metricNames(job.id(), vertex.id()).stream()
                        .filter(name -> name.matches(METRIC))
                        .toList();
        return metrics.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        metrics.stream().mapToLong(metric -> sum(job, vertex, metric)).sum());
    }

    private static long sum(JobRun job, VertexInfo vertex, String metric) {
        return (long) job.flink().metricSum(job.id(), vertex.id(), metric).orElse(0);
    }
}
