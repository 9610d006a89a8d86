package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.rest.FlinkRestException;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobFailure;
import io.flinkgpu.deploy.run.JobRun;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a job of any shape to its end, with a line every few seconds.
 *
 * <p>Interrupted or ended by a signal, it cancels the job.
 */
final class JobFollower {

    private static final Logger LOG = LoggerFactory.getLogger(JobFollower.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final String SOURCE = "Source:";

    private final JobRun job;
    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    JobFollower(JobRun job, PrintWriter out) {
        this.job = job;
        this.out = out;
    }

    /**
     * Waits for the job's end.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    void follow() throws InterruptedException {
        try (ExitHook cancelOnExit = ExitHook.open("cancel-job", this::cancel)) {
            await();
        }
        out.printf(Locale.ROOT, "%5.1f s  finished%n", seconds());
        out.flush();
    }

    private void await() throws InterruptedException {
        while (true) {
            try {
                job.result().get(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException running) {
                look();
            } catch (InterruptedException interrupted) {
                cancel();
                throw interrupted;
            } catch (ExecutionException failure) {
                throw new IllegalStateException(
                        "Cannot finish job %s: %s".formatted(job.id(), JobFailure.reason(failure)),
                        failure);
            }
        }
    }

    /** A look that gets no answer is left out: whether the job lives, its result will tell. */
    private void look() {
        try {
            say(job.status().name().toLowerCase(Locale.ROOT));
        } catch (FlinkRestException e) {
            LOG.warn("Cannot read the progress of job {}.", job.id(), e);
        }
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
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Waits until Flink has taken the request, for this process may be about to end. */
    private void cancel() {
        try {
            job.requestCancel();
        } catch (FlinkRestException e) {
            LOG.warn("Cannot cancel job {}.", job.id(), e);
        }
    }
}
