package io.flinkgpu.benchmarks.load;

import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One load run on a Flink: its job, its settings, and what it leaves behind. */
@Internal
public final class LoadRun {

    private final JobRun job;
    private final LoadSpec spec;

    private LoadRun(JobRun job, LoadSpec spec) {
        this.job = job;
        this.spec = spec;
    }

    /**
     * Submits the job, with the jar of this class if there is one, to a Flink that has the lower
     * floors in its {@code lib/}; returns when Flink has taken it.
     *
     * @param flink the root of its REST API, such as {@code http://localhost:8081}
     * @throws IllegalArgumentException if the output directory is not empty, or is a file
     */
    public static LoadRun submit(URI flink, LoadSpec spec) throws Exception {
        requireUnused(Path.of(spec.directory()));
        JobSubmitter submitter = new JobSubmitter(flink).withJarOf(LoadRun.class);
        StreamExecutionEnvironment environment = submitter.environment();
        LoadPipeline.define(environment, spec);
        return new LoadRun(submitter.submit(environment, LoadPipeline.JOB), spec);
    }

    /** The job. */
    public JobRun job() {
        return job;
    }

    /** The settings of the run. */
    public LoadSpec spec() {
        return spec;
    }

    /**
     * Waits for the job's last row, through times in which Flink does not answer.
     *
     * @return what the committed files hold
     * @throws IllegalStateException if the job fails or is cancelled, or has not ended in time; it
     *     then goes on
     */
    public LoadResult await(Duration timeout) throws InterruptedException, IOException {
        JobStatus end =
                job.awaitEnd(timeout)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "Cannot finish job %s: it has not ended within %s."
                                                        .formatted(job.id(), timeout)));
        if (end != JobStatus.FINISHED) {
            throw new IllegalStateException(
                    "Cannot finish job %s: it is %s. %s"
                            .formatted(job.id(), end, job.lastFailure().orElse("")));
        }
        return LoadResult.read(spec);
    }

    private static void requireUnused(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "Invalid output directory: %s. It is a file; name an empty or new directory."
                            .formatted(directory));
        }
        try (Stream<Path> children = Files.list(directory)) {
            if (children.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "Invalid output directory: %s. It is not empty; name an empty or new directory."
                                .formatted(directory));
            }
        }
    }
}
