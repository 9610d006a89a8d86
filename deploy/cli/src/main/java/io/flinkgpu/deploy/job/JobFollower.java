package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.AttendedRun;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.inference.process.Stopwatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.annotation.Internal;

/**
 * Follows a job of any shape to its end, with a line every few seconds.
 *
 * <p>Interrupted or ended by a signal, it cancels the job.
 */
@Internal
public final class JobFollower {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final String SOURCE = "Source:";

    private final JobRun job;
    private final PrintWriter out;
    private final Stopwatch time = Stopwatch.start();

    /** Follows a job that has been submitted. */
    public JobFollower(JobRun job, PrintWriter out) {
        this.job = job;
        this.out = out;
    }

    /**
     * Waits for the job's end.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    public void follow() throws InterruptedException {
        new AttendedRun(job).await(INTERVAL, this::look);
        out.printf(Locale.ROOT, "%5.1f s  finished%n", seconds());
        out.flush();
    }

    private void look() {
        say(job.status().name().toLowerCase(Locale.ROOT));
    }

    private void say(String state) {
        long rows =
                job.vertices().stream()
                        .filter(vertex -> vertex.name().startsWith(SOURCE))
                        .mapToLong(VertexInfo::recordsWritten)
                        .sum();
        out.printf(
                Locale.ROOT,
                "%5.1f s  %s  rows from sources %,d  checkpoints %d%n",
                seconds(),
                state,
                rows,
                job.completedCheckpoints());
        out.flush();
    }

    private double seconds() {
        return time.nanos() / 1e9;
    }
}
